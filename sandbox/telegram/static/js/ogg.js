// Opus packets out of a browser's WebM recording into an OGG stream (RFC 3533, RFC 7845).

const CONTAINERS = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]); // Segment, Cluster, Tracks, TrackEntry, BlockGroup
const CODEC_PRIVATE = 0x63a2;
const BLOCKS = new Set([0xa3, 0xa1]); // SimpleBlock, Block
const SERIAL = 0x5a4e4421;
const FRAME_SAMPLES = [480, 960, 1920, 2880]; // by the low bits of a SILK frame's configuration, at 48 kHz

export function oggFromWebm(webm) {
  const found = { head: null, packets: [] };
  walk(webm, 0, webm.length, found);
  if (!found.head || !found.packets.length) return new Uint8Array();
  const tags = concat([text("OpusTags"), little(7, 4), text("sandbox"), little(0, 4)]);
  const pages = [page(found.head, 2, 0, 0), page(tags, 0, 0, 1)];
  let granule = 0;
  found.packets.forEach((packet, index) => {
    granule += samples(packet);
    pages.push(page(packet, index === found.packets.length - 1 ? 4 : 0, granule, index + 2));
  });
  return concat(pages);
}

function walk(bytes, from, to, found) {
  let at = from;
  while (at < to) {
    const id = number(bytes, at, false);
    const size = number(bytes, id.next, true);
    if (!id.length || !size.length) return;
    const end = size.unknown ? to : Math.min(to, size.next + size.value);
    if (CONTAINERS.has(id.value)) walk(bytes, size.next, end, found);
    else if (id.value === CODEC_PRIVATE) found.head = bytes.slice(size.next, end);
    else if (BLOCKS.has(id.value)) found.packets.push(bytes.slice(number(bytes, size.next, true).next + 3, end));
    at = end;
  }
}

// EBML numbers: the leading zeros of the first byte tell the length; a size of all ones is unknown.
function number(bytes, at, strip) {
  const first = bytes[at] || 0;
  const length = first ? Math.clz32(first) - 23 : 0;
  let value = strip ? first & ((1 << (8 - length)) - 1) : first;
  let unknown = strip && value === (1 << (8 - length)) - 1;
  for (let i = 1; i < length; i += 1) {
    value = value * 256 + bytes[at + i];
    unknown = unknown && bytes[at + i] === 255;
  }
  return { value, unknown, length, next: at + Math.max(1, length) };
}

function samples(packet) {
  const config = packet[0] >> 3;
  const frame = config < 12 ? FRAME_SAMPLES[config & 3] : config < 16 ? FRAME_SAMPLES[config & 1] : 120 << (config & 3);
  const code = packet[0] & 3;
  return frame * (code === 0 ? 1 : code === 3 ? packet[1] & 63 : 2);
}

function page(packet, flags, granule, sequence) {
  const lacing = [...Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
  const head = concat([text("OggS"), Uint8Array.of(0, flags), little(granule, 8), little(SERIAL, 4), little(sequence, 4), little(0, 4), Uint8Array.of(lacing.length, ...lacing)]);
  const whole = concat([head, packet]);
  whole.set(little(checksum(whole), 4), 22);
  return whole;
}

function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

function little(value, count) {
  return Uint8Array.from({ length: count }, (_, place) => Math.floor(value / 256 ** place) % 256);
}

const text = (value) => new TextEncoder().encode(value);

function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
