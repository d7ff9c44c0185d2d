# 带有姓名、数字和日期的句子。

## 两个人都改过
wrote-while-away = 你不在的时候，{ $name } 写了 { $lines } 行
two-values = { $mine }（你） · { $theirs }（{ $name }）
removed-while-edited = 你编辑的时候，{ $name } 删除了这一项
agreed-to-version = { $changes ->
    [0] 已同意 { $day } 的版本
   *[other] 已同意 { $day } 的版本，之后有 { $changes } 处改动
}
acknowledged-before = 确认之后又有 { $changes } 处改动
about-time = 大约 { $time }（手机时钟不准）
changed-since-looked = 上次查看之后有 { $changes } 处改动
not-sent-yet = 还有 { $changes } 处改动未发送

## 会面
one-on-one-with = 与{ $name }的一对一
since-last-meeting = { $days ->
    [0] 今天谈过
   *[other] 距上次一对一面谈 { $days } 天
}
moved-with-notice = 提前 { $hours } 小时改期
second-away = { $name } 在这半小时里已有一对一面谈；团队约定同时不超过 { $limit } 人
plan-too-soon = { $held ->
    [0] 你们还没有进行过普通的一对一面谈。计划只有建立在已有的关系上才有用。
   *[other] 到目前为止你们只进行过 { $held } 次普通的一对一面谈。计划只有建立在已有的关系上才有用。
}
meetings-held = 应谈 { $due } 次，已谈 { $held } 次
came-up-in = 最近 { $meetings } 次面谈中出现了 { $times } 次

## 什么逾期了，时间用在哪里
overdue-by = 逾期 { $days } 天
no-contact-for = { $days } 天没有接触
time-went-to = { $percent } 的时间用在了 { $people } 个人身上

## 目标、标准和反馈
version-was-read = { $asked ->
    [0] { $all } 人中有 { $read } 人看过 { $day } 的版本
   *[other] { $all } 人中有 { $read } 人看过 { $day } 的版本，{ $asked } 人提了问题
}
goals-one-sided = { $percent } 的目标只有一方承诺
next-steps-by-agents = 下一步中有 { $percent } 由客服提出
