//! Which character set is spoken: what either end says of it, and what follows from that. How the words weigh against each other is
//! told in [`choice`](crate::choice).

use telnet_charset::Charset;
use telnet_proto::option::new_environ::Told;
use telnet_proto::{Opt, Role, Side};

use super::Conversation;
use crate::batch::{Batch, Kind};
use crate::choice::{Choice, Word, charset_of_font, codeset};
use crate::passage::Passage;
use crate::text::{Text, TextState};

impl Conversation {
    /// Offers character sets to the peer: `names` with LF between, or none for those of the configuration.
    pub fn request_charset(&mut self, names: &[u8], out: &mut Vec<u8>) {
        self.finish_turn(out);
        let names: Vec<_> = names.split(|&byte| byte == b'\n').filter(|name| !name.is_empty()).collect();
        self.endpoint.request_charset(&names, out);
    }

    /// Changes the character set, or to bytes mode, both ways from here on. Half a character held is read in the new set,
    /// or by the error rule where bytes follow.
    pub fn set_text(&mut self, text: Option<Text>, out: &mut Vec<u8>, batch: &mut Batch) {
        self.finish_turn(out);
        self.insists = true;
        self.assigned = self.assigned.wrapping_add(1);
        if let Some(text) = text {
            self.choice.assign(text.charset, text.forced);
        }
        match (&mut self.text, text) {
            (Some(state), Some(text)) => state.change(self.id, text, batch),
            (_, text) => {
                self.receive_end(batch);
                self.text = text.map(|text| TextState::new(text, Charset::US_ASCII));
            }
        }
        self.speak(out);
        self.choose_charset();
    }

    pub(super) fn answer_charset(&mut self, chosen: Option<(Vec<u8>, Charset)>, out: &mut Vec<u8>, batch: &mut Batch) {
        self.endpoint.answer_charset(chosen.as_ref().map(|(name, _)| &**name), out);
        if let Some((name, charset)) = chosen {
            self.agree_charset(&name, Some(charset), false, out, batch);
        }
    }

    /// A set is agreed: unless the peer has said something better, it is spoken both ways from here on, BINARY or not. Bytes
    /// stay bytes.
    pub(super) fn agree_charset(
        &mut self,
        name: &[u8],
        charset: Option<Charset>,
        by_caller: bool,
        out: &mut Vec<u8>,
        batch: &mut Batch,
    ) {
        let name = String::from_utf8_lossy(name);
        if let Some(charset) = charset {
            self.choose_anew(|choice| choice.agree(charset, by_caller), &name, out, batch);
        }
        batch.push(self.id, Kind::Charset, by_caller.into(), name.as_bytes());
    }

    /// The server of a client chose a font.
    pub(super) fn choose_font(&mut self, font: u16, out: &mut Vec<u8>, batch: &mut Batch) {
        let insists = self.insists;
        if let Some(charset) = charset_of_font(font) {
            self.choose_anew(|choice| choice.choose_font(charset, insists), charset.name(), out, batch);
        }
    }

    /// The client of a server told variables that name a set.
    pub(super) fn hear_language(&mut self, told: &[Told<'_>], out: &mut Vec<u8>, batch: &mut Batch) {
        for told in told {
            let value = told.value.as_deref().unwrap_or_default();
            let value = String::from_utf8_lossy(value);
            let name = if &*told.name == b"LANG" { codeset(&value).unwrap_or_default() } else { &value };
            self.choose_anew(|choice| choice.hear(told), name, out, batch);
        }
    }

    /// Something was said about the set. If that changes which one holds, or why, it is told, by `name` where that is the name
    /// of the new one.
    fn choose_anew(&mut self, hear: impl FnOnce(&mut Choice), name: &str, out: &mut Vec<u8>, batch: &mut Batch) {
        let before = (self.choice.best(), self.choice.is_forced());
        hear(&mut self.choice);
        let (charset, word) = self.choice.best();
        if self.text.is_none() || before == ((charset, word), self.choice.is_forced()) {
            return;
        }
        self.speak(out);
        self.choose_charset();
        let name = if Charset::for_name(name) == Some(charset) { name } else { charset.name() };
        let changes = u32::from(before.0.0 != charset) << 3;
        let argument = word as u32 | changes | u32::from(self.choice.is_forced()) << 4 | u32::from(self.assigned) << 8;
        batch.push(self.id, Kind::Encoding, argument, name.as_bytes());
    }

    /// Client: the set in LANG is the one that is spoken.
    pub(super) fn speak(&mut self, out: &mut Vec<u8>) {
        if self.config.role == Role::Client && self.text.is_some() {
            let charset = self.choice.best().0;
            self.endpoint.speak(charset.name(), |codeset| Charset::for_name(codeset) == Some(charset), out);
        }
    }

    /// Incoming text is in the set that holds from here on.
    pub(super) fn choose_charset(&mut self) {
        let binary = self.endpoint.is_on(Side::Remote, Opt::BINARY);
        let charset = self.choice.charset(binary);
        if let Some(state) = &mut self.text {
            state.switch(charset, self.choice.best().1 == Word::Font);
        }
        self.choose_line_ends();
    }

    /// CR NUL is CR from here on, or both.
    pub(super) fn choose_line_ends(&mut self) {
        self.endpoint.set_text(self.passage == Passage::None && self.reads_cr_nul());
    }
}
