# The question bank. What people are asked, one question each. A question that is asked in a new way is a new question with a new id.

q-rap-1 = What would make your working week fit your life a little better?
q-rap-2 = What have you enjoyed lately outside work?
q-rap-3 = Which small annoyance here could I remove for you?
q-rap-4 = When do you feel most at ease on shift?
q-rap-5 = How do you prefer me to check in on a busy day?

q-car-1 = What kind of work do you hope to be doing some years from now?
q-car-2 = Which of your strengths do we use too little?
q-car-3 = What skill would you like to practise in the next month?
q-car-4 = What could you try here that is new for you?
q-car-5 = Who would you like to learn from?

q-fb-1 = How did that conversation go, as you saw it?
q-fb-2 = Which part would you keep exactly the same?
q-fb-3 = What would you try differently next time?
q-fb-4 = What should I do differently so this gets easier?
q-fb-5 = How did the way we introduced this change feel to you?

q-wb-1 = What has been on your mind this week?
q-wb-2 = What gave you energy, and what took it away?
q-wb-3 = What are you proud of since we last spoke?
q-wb-4 = Is the load right, too much or too little?
q-wb-5 = What have I not asked that I should?

q-ko-1 = What should these meetings give you?
q-ko-2 = How do you like to hear praise, and how criticism?
q-ko-3 = What do you expect from me as your leader?
q-ko-4 = What should each of us bring every time?

q-share-1 = How do you get this result, step by step?
q-share-2 = Would you like to show others, and in what form?

q-further-1 = What helps you reach your targets month after month?
q-further-2 = What support would take you one step further?

q-step-1 = Which part is hard to do, and which part is hard to want?
q-step-2 = What do you think the first step could be?

q-cl-1 = What did each of us promise, and until when?
q-cl-2 = What shall we look at first next time?
