//! A raw passage from its beginning to where what it brought last is text again: see [`passage`](crate::passage).

use super::{Conversation, take_data};
use crate::batch::{Batch, Kind};
use crate::passage::{self, Passage};

impl Conversation {
    /// From here on data is bytes as they come. Half a character that came before is the first of them.
    pub fn enter_raw(&mut self, out: &mut Vec<u8>, batch: &mut Batch) {
        if self.passage != Passage::None {
            return;
        }
        self.finish_turn(out);
        if let Some(text) = &mut self.text {
            batch.push_data(self.id, |out| {
                text.take_held(out);
                Kind::Bytes
            });
        }
        self.passage = Passage::Raw { after_cr: self.reads_cr_nul() && self.endpoint.is_after_cr() };
        self.choose_charset();
    }

    /// The raw passage is over, and so is bytes mode where text was chosen: nothing that comes is looked at until
    /// [`reread`](Conversation::reread) gives back what is to be text again.
    pub fn leave_raw(&mut self, batch: &mut Batch) {
        self.passage = Passage::Leaving;
        batch.push(self.id, Kind::Left, 0, b"");
    }

    /// True while what is to be text again has not been given back.
    pub(crate) fn is_leaving_raw(&self) -> bool {
        self.passage == Passage::Leaving
    }

    /// The end of what was told as bytes comes again, as what the session's character set makes of it; and then all that came
    /// meanwhile.
    pub fn reread(&mut self, bytes: &[u8], out: &mut Vec<u8>, batch: &mut Batch) {
        if self.passage != Passage::Leaving {
            return;
        }
        self.passage = Passage::None;
        self.choose_charset();
        let mut rest = bytes;
        while !rest.is_empty() {
            let font = self.font.as_mut().filter(|_| self.text.is_some()).and_then(|font| font.find(rest));
            let (data, after) = rest.split_at(font.map_or(rest.len(), |(length, _)| length));
            self.take_again(data, batch);
            if let Some((_, font)) = font {
                self.choose_font(font, out, batch);
            }
            rest = after;
        }
        self.endpoint.go_on_after(bytes.last() == Some(&b'\r'));
        self.receive(b"", out, batch);
        if self.has_ended {
            self.receive_end(batch);
        }
        batch.push(self.id, Kind::Left, 1, b"");
    }

    pub(super) fn is_raw(&self) -> bool {
        self.passage == Passage::Raw { after_cr: false }
    }

    /// Data from which no CR NUL was taken.
    fn take_again(&mut self, data: &[u8], batch: &mut Batch) {
        if self.reads_cr_nul() {
            passage::runs(data).for_each(|run| take_data(self.id, run, self.text.as_mut(), batch));
        } else {
            take_data(self.id, data, self.text.as_mut(), batch);
        }
    }
}
