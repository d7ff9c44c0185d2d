# 数量。中文只有一种形式。

days = { $count } 天
weeks = { $count } 周
hours = { $count } 小时
minutes = { $count } 分钟
people = { $count } 人
topics = { $count } 个话题
steps = { $count } 个步骤
