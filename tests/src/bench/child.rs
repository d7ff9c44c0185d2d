//! Owns the talk with a process of the benchmark: one line of JSON in, one line of JSON out.

use anyhow::{Context, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};

/// A process of this very program, under a hidden subcommand. Dies when it is dropped.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts it.
    pub fn start(program: &Path, command: &str) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let orders = process.stdin.take().context("the child takes orders")?;
        let answers = BufReader::new(process.stdout.take().context("the child answers")?).lines();
        Ok(Self { process, orders, answers })
    }

    /// The number of the process.
    pub fn id(&self) -> anyhow::Result<u32> {
        self.process.id().context("the child has ended")
    }

    /// Gives an order and waits for its answer.
    pub async fn ask<T: DeserializeOwned>(&mut self, order: &impl Serialize) -> anyhow::Result<T> {
        let line = serde_json::to_string(order)? + "\n";
        self.orders.write_all(line.as_bytes()).await?;
        self.orders.flush().await?;
        let answer = self.answers.next_line().await?.context("the child ended instead of answering")?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Lets it end, and waits for that.
    pub async fn end(self) -> anyhow::Result<()> {
        let Self { mut process, orders, answers } = self;
        drop(orders);
        let status = process.wait().await?;
        drop(answers);
        ensure!(status.success(), "a process of the benchmark failed: {status}");
        Ok(())
    }
}
