//! `--name value` pairs, nothing else: the only caller is `run.mjs`.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use crate::Failure;

pub(crate) struct Arguments(HashMap<String, String>);

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut values = HashMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or_else(|| format!("{word} is not a --name"))?;
            let value = words.next().ok_or_else(|| format!("--{name} needs a value"))?;
            values.insert(name.to_owned(), value);
        }
        Ok(Self(values))
    }

    pub(crate) fn get<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        self.optional(name)?.ok_or_else(|| format!("--{name} is missing").into())
    }

    pub(crate) fn optional<T: FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        value.parse().map(Some).map_err(|_| format!("--{name} cannot be {value}").into())
    }

    /// Seconds on the command line, fractions allowed.
    pub(crate) fn duration(&self, name: &str) -> Result<Duration, Failure> {
        Ok(Duration::try_from_secs_f64(self.get(name)?)?)
    }

    pub(crate) fn optional_duration(&self, name: &str) -> Result<Option<Duration>, Failure> {
        Ok(self.optional(name)?.map(Duration::try_from_secs_f64).transpose()?)
    }
}
