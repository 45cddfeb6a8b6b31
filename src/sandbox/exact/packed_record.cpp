#include "sandbox/exact/packed_record.h"

#include <cstring>
#include <stdexcept>

namespace connector::sandbox::exact::packed {
namespace {

enum class Tag : unsigned char { no, yes, integer, decimal, hundredths, instant, day, reference, guid, text };

constexpr std::int64_t milliseconds_per_day = 86'400'000;
constexpr std::int64_t units_per_hundredth = domain::Decimal::one / 100;

void append_number(std::string& bytes, std::uint64_t number) {
  while (number >= 0x80U) {
    bytes.push_back(static_cast<char>(number | 0x80U));
    number >>= 7U;
  }
  bytes.push_back(static_cast<char>(number));
}

void append_signed(std::string& bytes, std::int64_t number) {
  append_number(bytes, (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63));
}

std::uint64_t take_number(const char*& cursor) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7U) {
    const auto byte = static_cast<unsigned char>(*cursor++);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80U) return number;
  }
}

std::int64_t take_signed(const char*& cursor) {
  const std::uint64_t number = take_number(cursor);
  return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
}

/// Reads the value at the cursor, which stands after the property's index.
Value take_value(const char*& cursor) {
  switch (static_cast<Tag>(*cursor++)) {
    case Tag::no:
      return Value::boolean(false);
    case Tag::yes:
      return Value::boolean(true);
    case Tag::integer:
      return Value::integer(take_signed(cursor));
    case Tag::decimal:
      return Value::decimal(domain::Decimal::from_units(take_signed(cursor)));
    case Tag::hundredths:
      return Value::decimal(domain::Decimal::from_units(take_signed(cursor) * units_per_hundredth));
    case Tag::instant:
      return Value::instant(domain::from_epoch_milliseconds(take_signed(cursor)));
    case Tag::day:
      return Value::instant(domain::from_epoch_milliseconds(take_signed(cursor) * milliseconds_per_day));
    case Tag::reference: {
      const auto table = static_cast<TableId>(*cursor++);
      return Value::reference(table, static_cast<RowNumber>(take_number(cursor)));
    }
    case Tag::guid: {
      Guid guid;
      std::memcpy(&guid, cursor, sizeof guid);
      cursor += sizeof guid;
      return Value::guid(guid);
    }
    case Tag::text: {
      const std::uint64_t size = take_number(cursor);
      const Value value = Value::text({cursor, size});
      cursor += size;
      return value;
    }
  }
  throw std::logic_error("damaged record");
}

void skip_value(const char*& cursor) { static_cast<void>(take_value(cursor)); }

}  // namespace

void append(std::string& bytes, std::size_t index, const Value& value) {
  if (value.is_null()) return;
  bytes.push_back(static_cast<char>(index));
  const auto tag = [&](Tag kind) { bytes.push_back(static_cast<char>(kind)); };
  switch (value.kind()) {
    case Value::Kind::null:
      break;
    case Value::Kind::boolean:
      tag(value.as_boolean() ? Tag::yes : Tag::no);
      break;
    case Value::Kind::integer:
      tag(Tag::integer);
      append_signed(bytes, value.as_integer());
      break;
    case Value::Kind::decimal: {
      const std::int64_t units = value.as_decimal().units();
      const bool short_form = units % units_per_hundredth == 0;
      tag(short_form ? Tag::hundredths : Tag::decimal);
      append_signed(bytes, short_form ? units / units_per_hundredth : units);
      break;
    }
    case Value::Kind::instant: {
      const std::int64_t milliseconds = domain::to_epoch_milliseconds(value.as_instant());
      const bool whole_day = milliseconds % milliseconds_per_day == 0;
      tag(whole_day ? Tag::day : Tag::instant);
      append_signed(bytes, whole_day ? milliseconds / milliseconds_per_day : milliseconds);
      break;
    }
    case Value::Kind::reference:
      tag(Tag::reference);
      bytes.push_back(static_cast<char>(value.as_reference().table));
      append_number(bytes, value.as_reference().row);
      break;
    case Value::Kind::guid: {
      tag(Tag::guid);
      const Guid guid = value.as_guid();
      bytes.append(reinterpret_cast<const char*>(&guid), sizeof guid);
      break;
    }
    case Value::Kind::text:
      tag(Tag::text);
      append_number(bytes, value.as_text().size());
      bytes += value.as_text();
      break;
  }
}

Value find(std::string_view bytes, std::size_t index) {
  const char* cursor = bytes.data();
  const char* const end = cursor + bytes.size();
  while (cursor < end) {
    const auto current = static_cast<unsigned char>(*cursor++);
    if (current == index) return take_value(cursor);
    if (current > index) break;
    skip_value(cursor);
  }
  return {};
}

void unpack(std::string_view bytes, std::vector<Value>& values) {
  const char* cursor = bytes.data();
  const char* const end = cursor + bytes.size();
  while (cursor < end) {
    const auto index = static_cast<unsigned char>(*cursor++);
    values[index] = take_value(cursor);
  }
}

}  // namespace connector::sandbox::exact::packed
