//! CP1131, the DOS code page of Belarus: CP866 with the letters of Belarusian and Ukrainian in place of some signs.
//!
//! Source: IBM's CDRA, as ICU's ibm-1131_P100-1997.ucm and GNU libiconv's CP1131 have it. Bytes below 80 are ASCII here, where
//! IBM has 1A, 1C and 7F in a circle.

use oem_cp::code_table::DECODING_TABLE_CP866;

use crate::conversion::single_byte::{SingleByte, complete};

pub(crate) static CP1131: SingleByte = SingleByte::over_ascii(complete(&high()));

/// 80 to FF.
const fn high() -> [char; 128] {
    let mut high = DECODING_TABLE_CP866;
    high[0x78] = 'І';
    high[0x79] = 'і';
    high[0x7B] = '¤';
    high[0x7C] = 'Ґ';
    high[0x7D] = 'ґ';
    high[0x7E] = '∙';
    high
}
