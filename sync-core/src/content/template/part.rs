//! Owns the names of what a form is made of. The word of a field is the name of the text that it fills, where a document has
//! one: a term of the contract, a text of a piece of feedback.

use crate::content::message::ids;

ids! {
    /// A section of a form.
    "section-" SectionId {
        /// How life and work go.
        Rapport = "rapport",
        /// Where you want to go.
        Career = "career",
        /// What went well, what to change.
        Feedback = "feedback",
        /// How you are.
        Wellbeing = "wellbeing",
        /// Before we part.
        Closing = "closing",
        /// Why we meet.
        Purpose = "purpose",
        /// Getting to know each other.
        EachOther = "each_other",
        /// How we work together.
        WorkingTogether = "working_together",
        /// What each of us brings.
        Bring = "bring",
        /// How this week is.
        ShortPulse = "short_pulse",
        /// What is in the way.
        ShortHelp = "short_help",
        /// Last month.
        LastMonth = "last_month",
        /// What follows from results.
        Consequences = "consequences",
        /// Goals for this month.
        Goals = "goals",
        /// What each of us will do.
        BothSides = "both_sides",
        /// What the plan has brought.
        Progress = "progress",
        /// What we change.
        Adjust = "adjust",
        /// What went well.
        GoodNews = "good_news",
        /// What the numbers tell us.
        Numbers = "numbers",
        /// Ideas.
        Ideas = "ideas",
        /// What we try next.
        TryNext = "try_next",
        /// Looking back.
        LookingBack = "looking_back",
        /// Looking ahead.
        LookingAhead = "looking_ahead",
        /// Strengths.
        Strengths = "strengths",
        /// The talk.
        TheTalk = "the_talk",
        /// The situation.
        Situation = "situation",
        /// What was seen.
        WhatWasSeen = "what_was_seen",
        /// Together.
        Together = "together",
        /// What we expect.
        Expectations = "expectations",
        /// Hopes and worries.
        HopesAndWorries = "hopes_and_worries",
        /// What gives and takes energy.
        Energy = "energy",
        /// The aim.
        Aim = "aim",
        /// Passing it on.
        PassItOn = "pass_it_on",
        /// What you build on.
        BuildOn = "build_on",
        /// What gets in the way.
        InTheWay = "in_the_way",
        /// Steps.
        Steps = "steps",
        /// What I saw.
        Stop = "stop",
        /// Where things are.
        Today = "today",
        /// The person.
        Person = "person",
        /// What was done.
        Praise = "praise",
    }
}

ids! {
    /// Something to fill in.
    "field-" FieldId {
        /// Notes.
        Notes = "notes",
        /// What the agent promised, and until when.
        AgentPromise = "agent_promise",
        /// What the leader promised, and until when.
        LeaderPromise = "leader_promise",
        /// What I would like you to know about me.
        AboutMe = "about_me",
        /// What each of us brings every time.
        BringList = "bring_list",
        /// When we look at this again.
        ReviewOn = "review_on",
        /// What the leader expects of the agent.
        ExpectOfAgent = "expect_of_agent",
        /// What the agent expects of the leader.
        ExpectOfManager = "expect_of_manager",
        /// What we hope for.
        Hopes = "hopes",
        /// What worries us.
        Worries = "worries",
        /// What gives me energy.
        Motivates = "motivates",
        /// What takes my energy.
        Demotivates = "demotivates",
        /// How I like to hear praise and criticism.
        FeedbackStyle = "feedback_style",
        /// Targets and results of last month.
        LastMonth = "last_month",
        /// What is to be reached.
        GoalTitle = "goal_title",
        /// How we will measure it.
        GoalMeasure = "goal_measure",
        /// Until when.
        GoalDue = "goal_due",
        /// Why it matters.
        GoalWhy = "goal_why",
        /// What worked.
        WentWell = "went_well",
        /// What is stuck.
        Stuck = "stuck",
        /// What we do differently from now on.
        Change = "change",
        /// When we look again, and at what.
        NextCheckpoint = "next_checkpoint",
        /// What the team can be proud of.
        Positives = "positives",
        /// What we read in the numbers.
        NumbersSay = "numbers_say",
        /// What we could try.
        TeamIdeas = "team_ideas",
        /// What we try, who does it, until when.
        TeamStep = "team_step",
        /// What I am proud of.
        ProudOf = "proud_of",
        /// What I learned.
        Learned = "learned",
        /// What was hard.
        WasHard = "was_hard",
        /// Examples: calls, talks, numbers.
        Evidence = "evidence",
        /// What help I would like.
        SupportWanted = "support_wanted",
        /// What I want to work on next.
        NextQuarter = "next_quarter",
        /// Strengths I have seen.
        StrengthsSeen = "strengths_seen",
        /// What was achieved.
        Results = "results",
        /// Where I saw growth.
        GrowthSeen = "growth_seen",
        /// What to work on next.
        NextFocus = "next_focus",
        /// What we talked about.
        TalkedAbout = "talked_about",
        /// What we both see.
        AgreedView = "agreed_view",
        /// What we see differently.
        SeenDifferently = "seen_differently",
        /// The agent's own comment.
        AgentComment = "agent_comment",
        /// When and where it was.
        Context = "context",
        /// What this person is good at here.
        Strength = "strength",
        /// What I saw or heard.
        Seen = "seen",
        /// What it did.
        Effect = "effect",
        /// What I would like to ask.
        Question = "question",
        /// How the agent sees it.
        AgentView = "agent_view",
        /// What comes next.
        Next = "next",
        /// What shall be different.
        Aim = "aim",
        /// What I would like to show others, and how.
        PassOn = "pass_on",
        /// A new challenge to try.
        Challenge = "challenge",
        /// The strength we build on.
        StrengthToUse = "strength_to_use",
        /// What I will practise.
        Practice = "practice",
        /// What gets in the way.
        InTheWay = "in_the_way",
        /// What the agent does first, and until when.
        AgentStep = "agent_step",
        /// What the leader does for it, and until when.
        LeaderStep = "leader_step",
        /// Who and what can help.
        Helps = "helps",
        /// When we look at it, and at what.
        Checkpoint = "checkpoint",
        /// How we will both see that it works.
        GoodEnough = "good_enough",
        /// With whom.
        StopPerson = "stop_person",
        /// What it is about.
        StopKind = "stop_kind",
        /// What I saw or heard.
        StopText = "stop_text",
        /// Topics.
        StopTags = "stop_tags",
        /// Minutes.
        StopMinutes = "stop_minutes",
        /// Counted.
        StopTally = "stop_tally",
        /// What goes well.
        GoingWell = "going_well",
        /// What is under way.
        UnderWay = "under_way",
        /// What was promised and is not done yet.
        OpenPromises = "open_promises",
        /// How this person works best.
        WorksBest = "works_best",
        /// What was arranged, without the reasons.
        Arrangements = "arrangements",
        /// What the agent would like the new leader to know.
        AgentWishes = "agent_wishes",
        /// When the agent has read this note.
        ReadByAgent = "read_by_agent",
        /// Who.
        Who = "who",
        /// What this person did.
        DidWhat = "did_what",
        /// What it made possible.
        MadePossible = "made_possible",
        /// For this person alone, or for the team.
        Audience = "audience",
        /// Who said so.
        SaidBy = "said_by",
    }
}
