//! Owns how the demo tells its story: chapters, what each person sees, and a mark for each expectation.

use std::io::{self, Write};

/// Tells a story and counts what did not come about.
pub struct Teller {
    out: Box<dyn Write + Send>,
    kept: usize,
    broken: Vec<String>,
}

impl Teller {
    /// Tells it to this writer.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out, kept: 0, broken: Vec::new() }
    }

    /// Begins a chapter.
    pub fn chapter(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")?;
        self.out.flush()
    }

    /// Says something, indented.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.out, "    {line}")?;
        }
        self.out.flush()
    }

    /// Marks an expectation.
    pub fn expect(&mut self, expectation: &str, came_about: bool) -> io::Result<()> {
        let mark = if came_about { '\u{2713}' } else { '\u{2717}' };
        writeln!(self.out, "  {mark} {expectation}")?;
        if came_about {
            self.kept += 1;
        } else {
            self.broken.push(expectation.to_owned());
        }
        self.out.flush()
    }

    /// Sums up; true when everything came about.
    pub fn finish(&mut self) -> io::Result<bool> {
        writeln!(self.out, "\n{} expectations kept, {} broken", self.kept, self.broken.len())?;
        for expectation in &self.broken {
            writeln!(self.out, "  \u{2717} {expectation}")?;
        }
        self.out.flush()?;
        Ok(self.broken.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_expectation_spoils_the_day() {
        let mut teller = Teller::new(Box::new(io::sink()));
        teller.expect("the sun rises", true).unwrap();
        teller.expect("it never rains", false).unwrap();
        assert!(!teller.finish().unwrap());
    }
}
