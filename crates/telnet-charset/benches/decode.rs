//! Speed of decoding chunks to the text of JavaScript and to UTF-8, and of encoding it again, in GB of the set's bytes a second,
//! beside `encoding_rs` by itself (to UTF-16) and a copy of the same bytes. `cargo bench -p telnet-charset --bench decode`

use std::hint::black_box;
use std::time::{Duration, Instant};

use encoding_rs::Encoding;
use telnet_charset::{Charset, Decoder, Encoder, ErrorRule, Units};

/// What a connection's task reads at once.
const CHUNK: usize = 64 * 1024;

const ENGLISH: &[u8] = b"The quick brown fox jumps over the lazy dog.\r\n";
const FRENCH: &[u8] = b"Voil\xE0 l'\xE9t\xE9, o\xF9 les \xE9l\xE8ves r\xEAvent.\r\n";
const BOX: &[u8] = b"\xC9\xCD\xCD\xCD\xCD\xCD\xCD\xBB\r\n\xBA Menu \xBA\r\n";

fn main() {
    println!(
        "{:<32}{:>8}{:>8}{:>8}{:>15}{:>8}{:>8}",
        "GB/s", "decode", "UTF-8", "encode", "raw: decode", "encode", "memcpy"
    );
    let utf8 = Charset::UTF_8;
    measure("UTF-8, English", utf8, ENGLISH);
    measure("UTF-8, French", utf8, "Voilà l'été, où les élèves rêvent.\r\n".as_bytes());
    measure("UTF-8, Japanese", utf8, "いろはにほへと ちりぬるを\r\n".as_bytes());
    measure("UTF-8, box drawing", utf8, "╔══════╗\r\n║ Menu ║\r\n".as_bytes());
    measure("UTF-8, given French ISO-8859-1", utf8, FRENCH);
    measure("UTF-8, given nothing but FF", utf8, b"\xFF");
    measure("US-ASCII, given nothing but FF", Charset::US_ASCII, b"\xFF");
    measure("ISO-8859-1, French", Charset::ISO_8859_1, FRENCH);
    measure("CP437, English", Charset::CP437, ENGLISH);
    measure("CP437, box drawing", Charset::CP437, BOX);
    let named = |name| Charset::for_name(name).unwrap();
    measure("windows-1252, French", named("windows-1252"), FRENCH);
    measure("Shift_JIS, Japanese", named("Shift_JIS"), b"\x82\xA2\x82\xEB\x82\xCD\x82\xC9\x82\xD9\x82\xD6\x82\xC6\r\n");
    measure("EUC-KR, Korean", named("EUC-KR"), b"\xB0\xA1\xB3\xAA\xB4\xD9\xB6\xF3\r\n");
    measure("GBK, Chinese", named("GBK"), b"\xD1\xA7\xB6\xF8\xCA\xB1\xCF\xB0\xD6\xAE\r\n");
    measure("GB2312, Chinese", named("GB2312"), b"\xD1\xA7\xB6\xF8\xCA\xB1\xCF\xB0\xD6\xAE\r\n");
    measure("Big5, Chinese", named("Big5"), b"\xBE\xC7\xA6\xD3\xAE\xC9\xB2\xDF\xA4\xA7\r\n");
    measure("BIG5BBS, Chinese", named("BIG5BBS"), b"\xBE\xC7\xA6\xD3\xAE\xC9\xB2\xDF\xA4\xA7\r\n");
    measure("CP949, Korean", named("CP949"), b"\xB0\xA1\xB3\xAA\xB4\xD9\xB6\xF3\r\n");
    measure("ISO-2022-JP, Japanese", named("ISO-2022-JP"), b"\x1B$B$$$m$O$K$[$X$H\x1B(B\r\n");
    let start = Instant::now();
    (0..1_000).for_each(|_| _ = black_box(Charset::for_name(black_box("x-no-such-set"))));
    println!("a name that nobody knows: {} ns", start.elapsed().as_nanos() / 1_000);
}

fn measure(name: &str, charset: Charset, pattern: &[u8]) {
    let bytes = pattern.repeat(CHUNK / pattern.len());
    let mut decoder = Decoder::new(charset, ErrorRule::Replace);
    let mut encoder = Encoder::new(charset, ErrorRule::Replace);
    let mut text = Vec::new();
    decoder.decode(&bytes, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let raw = Encoding::for_label(charset.name().as_bytes());
    let encoding = raw.unwrap_or(encoding_rs::UTF_8);
    let [mut units, mut decoded, mut encoded, mut copied] = [(); 4].map(|()| Vec::with_capacity(4 * CHUNK));
    let (mut raw_decoded, mut raw_encoded) = (vec![0; 2 * CHUNK], vec![0; 4 * CHUNK]);
    let mut to_utf8 = Decoder::new(charset, ErrorRule::Replace);
    let times = fastest([
        &mut || {
            units.clear();
            black_box(decoder.decode(black_box(&bytes), &mut Units::new(&mut units))).unwrap();
        },
        &mut || {
            decoded.clear();
            black_box(to_utf8.decode(black_box(&bytes), &mut decoded)).unwrap();
        },
        &mut || {
            encoded.clear();
            black_box(encoder.encode(black_box(&text), &mut encoded)).unwrap();
        },
        &mut || {
            let mut decoder = encoding.new_decoder_without_bom_handling();
            _ = black_box(decoder.decode_to_utf16(black_box(&bytes), &mut raw_decoded, true));
        },
        &mut || {
            let mut encoder = encoding.new_encoder();
            _ = black_box(encoder.encode_from_utf8(black_box(&text), &mut raw_encoded, true));
        },
        &mut || {
            copied.clear();
            copied.extend_from_slice(black_box(&bytes));
        },
    ]);
    let [decode, utf8, encode, raw_decode, raw_encode, copy] =
        times.map(|time| bytes.len() as f64 / time.as_secs_f64() / 1e9);
    print!("{name:<32}{decode:>8.2}{utf8:>8.2}{encode:>8.2}");
    match raw {
        Some(_) => print!("{raw_decode:>15.2}{raw_encode:>8.2}"),
        None => print!("{:>15}{:>8}", "-", "-"),
    }
    println!("{copy:>8.2}");
}

/// The best time of one call of each, taken in turns so that all see the same machine.
fn fastest<const N: usize>(mut runs: [&mut dyn FnMut(); N]) -> [Duration; N] {
    const CALLS: u32 = 4;
    let mut best = [Duration::MAX; N];
    for _ in 0..200 {
        for (run, best) in runs.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..CALLS {
                run();
            }
            *best = (start.elapsed() / CALLS).min(*best);
        }
    }
    best
}
