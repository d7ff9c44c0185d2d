# 界面上的短词。每个标签最多 24 个汉字。

## 会面的目的
meeting-one-on-one = 一对一面谈
meeting-kick-off = 第一次一对一面谈
meeting-monthly-goals = 月度目标
meeting-plan-review = 计划回顾
meeting-coaching = 辅导
meeting-group-coaching = 小组辅导

## 什么时候提问；最后三项不透露对人的看法
block-rapport = 彼此了解
block-career = 职业发展
block-feedback = 反馈
block-wellbeing = 身心状态
block-kick-off = 刚开始合作
block-closing = 结束之前
block-worth-sharing = 值得分享的做法
block-one-step-further = 再进一步
block-first-step = 找到第一步

## 会面为什么没有进行
not-held-absence = 有人缺勤
not-held-leaver = 有人已离开团队

## 答应的事进展如何
state-open = 待办
state-doing = 进行中
state-done = 已完成
state-dropped = 商定不做

## 谁答应的
side-agent = 客服
side-leader = 主管

## 属于工作的哪一方面
area-business = 业绩
area-people = 人
area-process = 流程

## 巡场停留的内容
stop-praise = 表扬
stop-coach = 辅导
stop-blocker = 障碍
stop-wellbeing = 身心状态
stop-note = 备注

## 反馈
feedback-praise = 表扬
feedback-constructive = 可以换种做法
source-own = 我亲眼所见
source-other-department = 来自其他部门
source-customer = 来自客户
lack-example = 缺少例子
lack-strength = 缺少长处

## 多久见一次
rhythm-weekly = 每周
rhythm-two-weekly = 每两周
rhythm-four-weekly = 每四周

## 希望话题得到什么
backlog-topic = 话题
backlog-request = 请求
backlog-idea = 想法
backlog-status = 进展汇报

## 目标
measure-kpi = 报表里的数字
measure-count = 可以数的事
measure-behaviour = 看得见或听得到的行为
goal-active = 进行中
goal-reached = 已达成
goal-not-reached = 未达成
goal-dropped = 商定放弃
agreement-draft = 草稿
agreement-proposed = 已提出
agreement-by-one = 一方已同意
agreement-agreed = 双方已同意
agreement-changed-since = 同意后有改动

## 计划
plan-improvement = 改进计划
plan-development = 发展计划
plan-growth = 成长计划
decision-go-on = 按计划继续
decision-adjust = 调整后继续
decision-reached = 已达到目的
decision-stop = 到此为止
answer-trial = 先试一试
answer-accepted = 采纳
answer-later = 以后再说
answer-declined = 不采纳

## 主管自己的看法，不出现在共享界面上
tier-high = 突出
tier-steady = 平稳
tier-low = 暂时落后
diagnosis-skill = 能力
diagnosis-will = 意愿
diagnosis-both = 能力和意愿
diagnosis-environment = 工具、排队或健康
diagnosis-not-known = 还不清楚
tier-reasons = 我为什么这样想
tier-evidence = 我看到了什么
tier-change-mind = 什么会让我改变看法

## 内容在哪里
label-on-this-phone = 在这部手机上
label-on-the-server = 在服务器上
label-not-accepted = 未被接受
label-copy-to-hand-over = 复制到交接说明
label-removed-under-policy = 已按规定删除

## 两个人都改过
label-what-changed = 有哪些变化
label-edited-by-both = 双方都改过
label-keep-mine = 保留我的
label-keep-theirs = 保留对方的
label-keep-as-is = 保持现状
label-done-text-changed = 已完成 · 之后文字有改动
label-restore = 恢复
label-leave-removed = 不恢复
label-free-for-both = 双方都有空吗？
label-similar = 是同一件事吗？

## 会面
label-planned = 已安排
label-held = 已进行
label-moved = 已改期
label-moved-late = 临时改期
label-never-met = 还没有面谈过
label-on-time = 按约定
label-soon = 该谈了
label-late = 已逾期
label-do-not-wait = 不能等

## 目标、数字和标准
label-one-sided = 只有一方承诺
label-unlinked = 尚未对应团队目标
label-adjusted = 已调整
label-improvement = 变好
label-decline = 变差
label-unchanged = 没有变化
label-incomplete = 不完整
label-earlier-version = 看过较早的版本
label-too-few = 人数太少，不显示
label-strength-skipped = 有意略过

## 关怀
label-worth-a-conversation = 值得聊一聊
label-kept-private = 只给自己看
label-shared-with-leader = 已与主管分享
label-required = 必填

## 加入团队的阶段
label-stage-new = 新加入
label-stage-developing = 适应中
label-stage-established = 已熟悉工作

## 团队的做法、支持，以及谁能看到文档
practice-team-data = 团队数据会
practice-evaluation = 评估
every-week = 每周
every-two-weeks = 每两周
every-month = 每月
every-quarter = 每季度
every-half-year = 每半年
support-counselling = 心理咨询
support-mentor = 导师
support-workplace = 工具或工位方面的帮助
support-other = 其他
taken-not-said = 未说明
taken-no = 未接受
taken-yes = 已接受
role-own = 本人
role-member = 团队成员
role-head = 运营负责人
role-hr = 人事伙伴
role-acting = 代理主管
role-party = 双方之一
role-predecessor = 前任主管
