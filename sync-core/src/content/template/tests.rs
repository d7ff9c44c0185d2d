use super::*;
use crate::coaching::feedback_log::FeedbackText;
use crate::coaching::partnership::Term;
use crate::content::{Block, Labelled, Phrase};

fn fields(template: TemplateId) -> Vec<(FieldId, Need)> {
    let sections = template.view(Language::En).sections.into_iter();
    sections.flat_map(|section| section.fields).map(|field| (field.id, field.need)).collect()
}

fn words_of(fields: &[(FieldId, Need)]) -> Vec<&'static str> {
    fields.iter().map(|(field, _)| field.word()).collect()
}

fn required(template: TemplateId) -> Vec<FieldId> {
    let required = fields(template).into_iter().filter(|(_, need)| *need == Need::Required);
    required.map(|(field, _)| field).collect()
}

/// Everything that a form says, in one language.
fn everything(template: TemplateId, language: Language) -> String {
    let view = template.view(language);
    let mut said = vec![view.title, view.purpose];
    said.extend(view.hint.map(|hint| hint.text(language)));
    for section in view.sections {
        said.push(section.title);
        said.extend(section.questions.into_iter().map(|question| question.wording));
        said.extend(section.fields.into_iter().map(|field| field.label));
        said.extend(section.cards.iter().flat_map(|card| card.view(language).paragraphs));
    }
    said.join("\n")
}

#[test]
fn r104_every_form_has_at_most_seven_fields_and_insists_on_at_most_two() {
    for template in TemplateId::ALL {
        assert!((1..=7).contains(&fields(*template).len()), "{template:?}");
        assert!(required(*template).len() <= 2, "{template:?}");
    }
}

#[test]
fn r104_a_form_of_eight_fields_or_three_required_ones_is_not_simple() {
    const fn with(fields: &'static [(FieldId, Need)]) -> Part {
        Part { section: SectionId::Stop, minutes: None, fields, questions: &[], cards: &[] }
    }
    static MANY: &[Part] =
        &[with(&[(FieldId::Notes, Need::Optional); 7]), with(&[(FieldId::Aim, Need::Optional)])];
    static STRICT: &[Part] = &[with(&[(FieldId::Notes, Need::Required); 3])];
    static SIMPLE: &[Part] =
        &[with(&[(FieldId::Notes, Need::Required); 2]), with(&[(FieldId::Aim, Need::Optional); 5])];

    assert!(!Form { hint: None, parts: MANY }.is_simple());
    assert!(!Form { hint: None, parts: STRICT }.is_simple());
    assert!(Form { hint: None, parts: SIMPLE }.is_simple());
}

#[test]
fn r26_the_contract_has_one_field_for_each_term_and_insists_on_both_sides() {
    let mut terms: Vec<&str> = Term::ALL.iter().map(|term| term.word()).collect();
    let mut words = words_of(&fields(TemplateId::Contract));
    terms.sort_unstable();
    words.sort_unstable();
    assert_eq!(words, terms);
    assert_eq!(required(TemplateId::Contract), [FieldId::ExpectOfAgent, FieldId::ExpectOfManager]);
}

#[test]
fn r25_the_first_meeting_fills_expectations_feedback_preference_and_what_to_bring() {
    let words = words_of(&fields(TemplateId::FirstMeeting));
    for word in ["expect_of_agent", "expect_of_manager", "feedback_style", "bring_list"] {
        assert!(words.contains(&word), "{word}");
    }
}

#[test]
fn r42_the_feedback_form_has_the_texts_of_feedback_in_their_order() {
    let texts: Vec<&str> = FeedbackText::ALL.iter().map(|text| text.word()).collect();
    assert_eq!(words_of(&fields(TemplateId::Feedback)), texts[..7]);
    assert_eq!(FeedbackText::Seen.label(Language::Ro), "Ce am văzut sau am auzit");
}

#[test]
fn r37_a_busy_week_has_a_meeting_of_ten_minutes_and_others_have_thirty() {
    let minutes = |template: TemplateId| template.view(Language::En).minutes;
    assert_eq!(minutes(TemplateId::Weekly), Some(30));
    assert_eq!(minutes(TemplateId::WeeklyShort), Some(10));
    assert_eq!(minutes(TemplateId::Contract), None);
}

#[test]
fn r28_the_weekly_meeting_has_the_four_blocks_with_their_questions() {
    let sections = TemplateId::Weekly.view(Language::Zh).sections;
    for block in [Block::Rapport, Block::Career, Block::Feedback, Block::Wellbeing] {
        let section = sections.iter().find(|section| section.id.word() == block.word()).unwrap();
        let ids: Vec<QuestionId> = section.questions.iter().map(|question| question.id).collect();
        assert_eq!(ids, block.questions().collect::<Vec<_>>());
    }
}

#[test]
fn r08_the_monthly_form_says_what_follows_from_results_before_goals_are_set() {
    let sections = TemplateId::MonthlyGoals.view(Language::Ro).sections;
    let place = |id: SectionId| sections.iter().position(|section| section.id == id).unwrap();
    let consequences = place(SectionId::Consequences);
    assert_eq!(sections[consequences].cards, [CardId::Consequences]);
    assert!(consequences < place(SectionId::Goals));
}

#[test]
fn r58_a_plan_is_chosen_by_level_and_says_nothing_of_it() {
    let plans = [Tier::High, Tier::Steady, Tier::Low].map(plan_for);
    assert_eq!(plans, [TemplateId::PlanGrowth, TemplateId::PlanDevelopment, TemplateId::PlanImprovement]);

    let levels = |language| match language {
        Language::En => ["high", "steady", "low", "needs help", "performer", "weak", "tier", "level"],
        Language::Ro => {
            ["ridicat", "constant", "scăzut", "performer", "slab", "nivel", "sub medie", "performanț"]
        }
        Language::Zh => ["突出", "平稳", "落后", "高绩效", "低绩效", "差", "优秀", "级别"],
    };
    for (plan, language) in plans.iter().flat_map(|plan| Language::ALL.map(|language| (*plan, language))) {
        let said = everything(plan, language).to_lowercase();
        let says = |word: &str| match language {
            Language::Zh => said.contains(word),
            Language::En | Language::Ro => {
                said.split(|c: char| !c.is_alphabetic()).any(|w| w.starts_with(word))
            }
        };
        assert_eq!(levels(language).into_iter().find(|level| says(level)), None, "{plan:?} in {language:?}");
        for tier in [Tier::High, Tier::Steady, Tier::Low] {
            let label = tier.label(language).to_lowercase();
            let is_word = said.split(|c: char| !c.is_alphabetic()).any(|word| word == label);
            assert!(
                !is_word && (language != Language::Zh || !said.contains(&label)),
                "{plan:?} says {label}"
            );
        }
    }
}

#[test]
fn r62_a_plan_to_improve_says_that_it_is_no_warning_and_why_it_needs_a_relationship_first() {
    for (language, warning) in
        std::iter::zip(Language::ALL, ["no warning", "Nu este un avertisment", "不是警告"])
    {
        let aim = &TemplateId::PlanImprovement.view(language).sections[0];
        assert_eq!(aim.cards, [CardId::NotDiscipline]);
        assert!(CardId::NotDiscipline.view(language).paragraphs[0].contains(warning));
    }
    assert_eq!(
        Phrase::PlanTooSoon { held: 1 }.text(Language::Ro),
        "Ați avut până acum 1 discuție unu la unu obișnuită. Un plan funcționează doar pe baza unei relații care \
         există deja."
    );
}

#[test]
fn r86_an_evaluation_is_made_of_words_alone() {
    for template in [TemplateId::EvaluationSelf, TemplateId::EvaluationLeader, TemplateId::EvaluationRecord] {
        for word in words_of(&fields(template)) {
            assert!(!["mark", "grade", "score", "rating"].contains(&word));
        }
    }
}

#[test]
fn every_section_and_field_has_its_place_in_a_form() {
    let views: Vec<TemplateView> = TemplateId::ALL.iter().map(|id| id.view(Language::En)).collect();
    let sections: Vec<&SectionView> = views.iter().flat_map(|view| &view.sections).collect();
    for id in SectionId::ALL {
        assert!(sections.iter().any(|section| section.id == *id), "{id:?}");
    }
    for id in FieldId::ALL {
        assert!(sections.iter().flat_map(|section| &section.fields).any(|field| field.id == *id), "{id:?}");
    }
}

#[test]
fn an_app_gets_a_form_with_stable_ids_and_the_words_of_one_language() {
    insta::assert_json_snapshot!(TemplateId::WeeklyShort.view(Language::Ro));
}
