//! Owns topics that come up again and again: often lately, or for long. One mention is none.

use super::scale::{Link, count};
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use crate::ids::TenureId;
use crate::time::{Day, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A topic that comes up again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicTrend {
    /// Which topic.
    pub topic: String,
    /// Why it is named.
    pub because: Vec<TopicReason>,
    /// In how many of the last meetings it came up.
    pub lately: u32,
    /// When it came up first.
    pub first: Day,
    /// When it came up last.
    pub last: Day,
    /// Whether it also stands in what only the viewer has: then it is nothing to show to the other one.
    pub is_partly_private: bool,
    /// Where it came up, oldest first.
    pub links: Vec<Link>,
}

/// Why a topic is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TopicReason {
    /// It came up in so many of the last meetings.
    Often,
    /// It came up long ago, and again lately: it is still open.
    Long,
}

/// A topic somewhere.
struct Mention<'a> {
    topic: &'a str,
    link: Link,
    /// The number of the meeting that it counts for: the one whose topic it is, or the first one after it was noted.
    meeting: usize,
    is_private: bool,
}

/// The topics that come up again and again with the two of a pair, ascending; none if it is none of the viewer's pairs.
///
/// What was noted privately, at a stop or in a log, counts for the next meeting: what came up three times in one week came up once.
pub fn topics(shelf: &Shelf<'_>, tenure: TenureId) -> Option<Vec<TopicTrend>> {
    shelf.pair(tenure).map(|pair| of_pair(shelf, pair))
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Vec<TopicTrend> {
    let meetings = talks(shelf, pair).len();
    let mut by_topic: BTreeMap<&str, Vec<Mention<'_>>> = BTreeMap::new();
    for mention in mentions(shelf, pair) {
        by_topic.entry(mention.topic).or_default().push(mention);
    }
    by_topic.into_values().filter_map(|mentions| trend(shelf, meetings, mentions)).collect()
}

fn trend(shelf: &Shelf<'_>, meetings: usize, mut mentions: Vec<Mention<'_>>) -> Option<TopicTrend> {
    let thresholds = shelf.input.thresholds;
    mentions.sort_by_key(|mention| mention.link);
    let (first, last) = (mentions.first()?, mentions.last()?);
    let counted: BTreeSet<usize> = mentions.iter().map(|mention| mention.meeting).collect();
    let begin = meetings.saturating_sub(thresholds.topic_meetings);
    let lately = counted.range(begin..meetings).count();
    // It is still open when it came up again, and not only before the meetings that are looked at.
    let is_open = counted.len() > 1 && counted.range(begin..).next().is_some();
    let because = [
        (TopicReason::Often, lately >= thresholds.topic_mentions),
        (TopicReason::Long, is_open && shelf.days_since(first.link.day) >= thresholds.topic_days),
    ];
    let because: Vec<_> = because.into_iter().filter(|(_, is)| *is).map(|(reason, _)| reason).collect();
    (!because.is_empty()).then(|| TopicTrend {
        topic: first.topic.to_owned(),
        because,
        lately: count(0..lately),
        first: first.link.day,
        last: last.link.day,
        is_partly_private: mentions.iter().any(|mention| mention.is_private),
        links: mentions.iter().map(|mention| mention.link).collect(),
    })
}

fn mentions<'a>(shelf: &Shelf<'a>, pair: &Pair) -> Vec<Mention<'a>> {
    let talks = talks(shelf, pair);
    let mut mentions = Vec::new();
    for (meeting, talk) in talks.iter().enumerate() {
        let link = Link { day: talk.day, doc: talk.doc, item: None };
        let of_meeting = |topic| Mention { topic, link, meeting, is_private: false };
        mentions.extend(talk.facts.topics.iter().map(|topic| of_meeting(topic.as_str())));
    }
    for (at, link, tags) in private_tags(shelf, pair) {
        let meeting = talks.partition_point(|talk| talk.at < at);
        let of_tag = |topic| Mention { topic, link, meeting, is_private: true };
        mentions.extend(tags.iter().map(|topic| of_tag(topic.as_str())));
    }
    mentions
}

/// The topics that the viewer put on what only they have about the other one: stops of walks, and notes.
fn private_tags<'a>(shelf: &Shelf<'a>, pair: &Pair) -> Vec<(Timestamp, Link, &'a [String])> {
    let other = pair.partner_of(shelf.input.viewer);
    let noted = |at: Option<Timestamp>, doc, item| {
        Some((at?, Link { day: shelf.past_day(at)?, doc, item: Some(item) }))
    };
    let walks = shelf.walks().iter();
    let stops = walks.flat_map(|(doc, walk)| walk.stops.iter().map(move |stop| (*doc, *walk, stop)));
    let stops = stops.filter(|(_, _, stop)| stop.person == Some(other)).filter_map(|(doc, walk, stop)| {
        noted(stop.at.or(walk.started), doc, stop.id).map(|(at, link)| (at, link, stop.tags.as_slice()))
    });
    let logs = shelf.private_logs(other);
    let notes = logs.flat_map(|(doc, log)| log.notes.iter().map(move |note| (doc, note)));
    let notes = notes.filter_map(|(doc, note)| {
        noted(note.at, doc, note.id).map(|(at, link)| (at, link, note.tags.as_slice()))
    });
    stops.chain(notes).collect()
}

#[cfg(test)]
mod tests;
