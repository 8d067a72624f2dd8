//! A conversation over a stream that JavaScript carries: bytes are fed by hand, and come back as records.

use std::time::Instant;

use napi::bindgen_prelude::{BufferSlice, Uint32ArraySlice};
use napi::{Error, Result};
use napi_derive::napi;
use telnet_net::batch::{Batch, Kind, Mailbox, Reader};
use telnet_net::connection::QUIET;
use telnet_net::op::{OP_WORDS, take_op};
use telnet_net::{Compressed, Conversation, Outflow};

use crate::hub::HubCompression;
use crate::number::{option_state, polled};
use crate::options::EndpointOptions;

/// One end of a Telnet connection without a socket.
#[napi]
pub struct Endpoint {
    conversation: Conversation,
    mailbox: Mailbox,
    reader: Reader,
    /// Output of the call at hand.
    output: Vec<u8>,
    outflow: Outflow,
    /// When something last came.
    heard: Instant,
}

#[napi]
impl Endpoint {
    /// An endpoint that has said nothing yet.
    #[napi(constructor)]
    pub fn new(options: EndpointOptions) -> Result<Endpoint> {
        let conversation = Conversation::new(0, &options.settings()?);
        // Whoever feeds it polls it: there is nobody to wake.
        let mailbox = Mailbox::new(|_| {});
        Ok(Endpoint {
            conversation,
            mailbox,
            reader: Reader::default(),
            output: Vec::new(),
            outflow: Outflow::default(),
            heard: Instant::now(),
        })
    }

    /// The stream stands: says what this end says first.
    #[napi]
    pub fn open(&mut self) {
        self.run(|conversation, out, batch| {
            conversation.open(out, batch);
        });
    }

    /// Takes in what came. True if more can be told of it, when what was told is used up: then receive nothing. Throws where
    /// the peer compresses and that cannot be read.
    #[napi]
    pub fn receive(&mut self, bytes: &[u8]) -> std::result::Result<bool, Error<String>> {
        if std::mem::replace(&mut self.heard, Instant::now()).elapsed() >= QUIET {
            self.conversation.quiet();
        }
        self.run(|conversation, out, batch| {
            conversation.receive(bytes, out, batch);
        });
        match self.conversation.broken() {
            None => Ok(self.conversation.has_more()),
            Some(broken) => {
                let error = telnet_net::Error::Compression(broken);
                Err(Error::new(error.code().to_owned(), error.to_string()))
            }
        }
    }

    /// The peer will send no more: half a character at the end is told by the error rule.
    #[napi]
    pub fn receive_end(&mut self) {
        self.run(|conversation, _, batch| {
            conversation.receive_end(batch);
        });
    }

    /// Carries out operations, as `Hub.flush`; the connection is not looked at. End and destroy are the carrier's matter.
    #[napi]
    pub fn perform(&mut self, head: Uint32ArraySlice<'_>, count: u32, data: &[u8]) {
        let mut data = data;
        self.run(|conversation, out, batch| {
            for head in head.chunks_exact(OP_WORDS).take(count as usize) {
                let (_, _, op) = take_op(head, &mut data);
                op.apply(conversation, out, batch);
            }
            conversation.end_turn(out, batch);
        });
    }

    /// Nothing is said for a while: gives back what compresses. It is made anew when it is needed.
    #[napi]
    pub fn rest(&mut self) {
        self.outflow.rest();
    }

    /// What came and went compressed, as `Hub.compression`.
    #[napi]
    pub fn compression(&self) -> HubCompression {
        let option = self.conversation.compresses_by();
        let sent = self.outflow.counts().map(|(compressed, plain)| Compressed { option, compressed, plain });
        HubCompression::new(self.conversation.inflated(), sent)
    }

    /// Copies records out, as `Hub.poll`.
    #[napi]
    pub fn poll(&mut self, mut head: Uint32ArraySlice<'_>, mut data: BufferSlice<'_>) -> i32 {
        // SAFETY: JavaScript waits for this call, and nobody else has a reference into the array.
        let head = unsafe { head.as_mut() };
        polled(self.reader.poll(&self.mailbox, head, &mut data))
    }

    /// The state of one side of an option, as `Hub.optionState`.
    #[napi]
    pub fn option_state(&self, side: u32, option: u32) -> u32 {
        option_state(self.conversation.endpoint(), side, option)
    }

    fn run(&mut self, run: impl FnOnce(&mut Conversation, &mut Vec<u8>, &mut Batch)) {
        let (conversation, output, outflow) = (&mut self.conversation, &mut self.output, &mut self.outflow);
        self.mailbox.post(|batch| {
            run(conversation, output, batch);
            outflow.write_all(output, &conversation.take_switches());
            if !output.is_empty() {
                batch.push(0, Kind::Output, 0, output);
                *output = Vec::new();
            }
        });
    }
}
