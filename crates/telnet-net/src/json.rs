//! Just enough JSON to write: rare records carry it, since JavaScript reads it best.

/// Appends a string, quoted. Bytes that are no UTF-8 become U+FFFD.
pub(crate) fn string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for character in String::from_utf8_lossy(text).chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\0'..='\x1f' => out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes()),
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

/// Appends an object of the members whose value is there.
pub(crate) fn object(members: &[(&str, Value<'_>)], out: &mut Vec<u8>) {
    let mut before = b'{';
    for (name, value) in members {
        if matches!(value, Value::None) {
            continue;
        }
        out.push(before);
        before = b',';
        string(name.as_bytes(), out);
        out.push(b':');
        match value {
            Value::None => {}
            Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Text(text) => string(text.as_bytes(), out),
        }
    }
    if before == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

/// The value of a member.
pub(crate) enum Value<'v> {
    /// Leaves the member out.
    None,
    Number(i64),
    Text(&'v str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_reserves_is_escaped() {
        let mut out = Vec::new();
        string(b"a\"b\\c\n\x00\xff\xc3\xa9", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"b\\\\c\\u000a\\u0000\u{fffd}é\"");
    }

    #[test]
    fn absent_members_are_left_out() {
        let mut out = Vec::new();
        object(&[("a", Value::None), ("b", Value::Number(-1)), ("c", Value::Text("x"))], &mut out);
        assert_eq!(out, br#"{"b":-1,"c":"x"}"#);
        out.clear();
        object(&[("a", Value::None)], &mut out);
        assert_eq!(out, b"{}");
    }
}
