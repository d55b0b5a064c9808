/** UTF-8 for QuickJS guests, whose JavaScript engine has no TextEncoder and TextDecoder. */
export const utf8 = {
  encode(text: string): Uint8Array {
    // encodeURIComponent writes UTF-8, and refuses half a surrogate pair.
    const escaped = encodeURIComponent(text.toWellFormed());
    const bytes = new Uint8Array(escaped.length);
    let length = 0;
    for (let at = 0; at < escaped.length; at++) {
      if (escaped[at] === '%') {
        bytes[length++] = parseInt(escaped.slice(at + 1, at + 3), 16);
        at += 2;
      } else {
        bytes[length++] = escaped.charCodeAt(at);
      }
    }
    return bytes.slice(0, length);
  },

  decode(bytes: Uint8Array): string {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const [char, length] = charAt(bytes, at);
      text += char;
      at += length;
    }
    return text;
  },
};

function charAt(bytes: Uint8Array, at: number): [char: string, length: number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [String.fromCharCode(first), 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const escaped = Array.from(bytes.subarray(at, at + length), (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  try {
    return [decodeURIComponent(escaped.join('')), length];
  } catch {
    return ['\ufffd', 1];
  }
}
