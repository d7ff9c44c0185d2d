# 在人做事的旁边说一两句话。提示从不阻止任何人。

hint-monday-or-friday = 周一和周五往往比较忙乱。换到一周的中间，对双方合适吗？
hint-mostly-status = 这些话题一半以上是进展汇报。可以移到共享清单里，把这段时间留给谈话。
hint-private-note = 对同事保密。如法律要求，可能会向当事人公开。
hint-strength-first = 这个人在这方面有什么长处？先说出来，后面的话更容易听进去。也可以略过。
hint-example-missing = 请加一个例子，或注明是哪通电话。没有例子，它就一直是草稿。
hint-ask-do-not-tell = 先问下一步可以做什么，再写下这是谁的主意。
hint-busy-week = 忙的时候谈十分钟，胜过忙完之后的长谈。
hint-goal-draft = 目标可以先这样保存。要双方同意，还需要补上缺少的字母。
hint-moved-three-times = 这次面谈已经连续改期三次。怎样才能定下一个时间？
hint-only-problems = 最近三次接触谈的都是问题。有没有看到做得好的地方？
hint-praise-balance = 最近四周表扬比批评少。有哪些做得好？
hint-team-names-nobody = 只谈团队的数字，不点名任何没有达标的人。个人的数字放到一对一面谈里谈。
hint-hand-over-readable = 请写成当事人也可以看的样子。不要写私人笔记，也不要写健康方面的原因。
hint-say-what-was-done = “做得好”很快就忘了。请说清楚这个人做了什么，带来了什么。

## 出现评价人的词时：可以改写成什么。
suggestion-effort = 这个词是在评价人。哪件事没做，或者做晚了？例如：“周二的两通回电还没有完成。”
suggestion-ability = 这个词是在评价人。缺了哪一步，或哪一步出了错？例如：“退款记到了另一张订单上。”
suggestion-attitude = 这个词是在评价人。你看到或听到了什么？例如：“客户还没说完，你三次先开了口。”
suggestion-character = 这个词是在评价人。发生了什么，带来了什么影响？例如：“答应的答复没有给，客户又打来了。”
