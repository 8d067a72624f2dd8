//! CP1131, the DOS code page of Belarus: CP866 with the letters of Belarusian and Ukrainian in place of some signs.
//!
//! Source: IBM's CDRA, as ICU's ibm-1131_P100-1997.ucm and GNU libiconv's CP1131 have it. Bytes below 80 are ASCII here, where
//! IBM has 1A, 1C and 7F in a circle.

use oem_cp::code_table::DECODING_TABLE_CP866;

use super::replace;
use crate::conversion::single_byte::{SingleByte, over_ascii};

pub(crate) static CP1131: SingleByte = SingleByte::new(|| {
    let others = [(0xF8, 'І'), (0xF9, 'і'), (0xFB, '¤'), (0xFC, 'Ґ'), (0xFD, 'ґ'), (0xFE, '∙')];
    replace(over_ascii(DECODING_TABLE_CP866.map(Some)), &others)
});
