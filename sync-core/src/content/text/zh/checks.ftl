# 目标检查：五个字母，各语言相同；每个字母有名称，以及缺少时要说的话。

letter-s = S
    .name = 具体
    .missing = 还没有写要达成什么。
letter-m = M
    .name = 可衡量
    .missing = 还没有写怎样衡量。
letter-a = A
    .name = 可实现
    .missing = 还没有写有人会为此做什么。
letter-r = R
    .name = 有意义
    .missing = 还没有写为什么重要。
letter-t = T
    .name = 有期限
    .missing = 还没有写什么时候之前完成。
