#include "sandbox/exact/table.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "sandbox/exact/packed_record.h"
#include "sandbox/faults/seeded_stream.h"

namespace connector::sandbox::exact {

std::uint32_t index_hash(const Value& value) {
  std::uint64_t hash = 0;
  switch (value.kind()) {
    case Value::Kind::text:
      for (char character : trimmed(value.as_text())) {
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3ULL;
      }
      break;
    case Value::Kind::boolean:
    case Value::Kind::integer:
      hash = static_cast<std::uint64_t>(value.as_integer()) * static_cast<std::uint64_t>(domain::Decimal::one);
      break;
    case Value::Kind::decimal:
      hash = static_cast<std::uint64_t>(value.as_decimal().units());
      break;
    case Value::Kind::instant:
      hash = static_cast<std::uint64_t>(domain::to_epoch_milliseconds(value.as_instant()));
      break;
    case Value::Kind::reference:
      hash = (static_cast<std::uint64_t>(value.as_reference().table) << 32U) | value.as_reference().row;
      break;
    case Value::Kind::guid:
      hash = value.as_guid().high ^ SeededStream::mix(value.as_guid().low);
      break;
    case Value::Kind::null:
      break;
  }
  return static_cast<std::uint32_t>(SeededStream::mix(hash) >> 32U);
}

Table::Table(TableId id, const EntityType& type, const std::vector<std::string>& indexed) : id_(id), type_(&type) {
  if (type.properties().size() > 256) throw std::logic_error(type.name() + " has too many properties");
  for (const std::string& name : indexed) indexes_.push_back(Index{type.index(name), {}});
}

Value Table::get(RowNumber row, PropertyIndex property) const {
  if (!is_live(row)) return {};
  return packed::find(bytes(row), property);
}

Draft Table::draft(RowNumber row) const {
  Draft result(*type_);
  std::vector<Value> values;
  unpack(row, values);
  for (PropertyIndex i = 0; i < values.size(); ++i) result[i] = values[i];
  return result;
}

void Table::unpack(RowNumber row, std::vector<Value>& values) const {
  values.assign(type_->properties().size(), Value{});
  if (is_live(row)) packed::unpack(bytes(row), values);
}

void Table::pack(Row& row, const Draft& draft) {
  scratch_.clear();
  const auto& properties = type_->properties();
  for (PropertyIndex i = 0; i < properties.size(); ++i) {
    if (properties[i].source == Property::Source::stored) packed::append(scratch_, i, draft[i]);
  }
  auto fresh = std::make_unique<char[]>(scratch_.size());
  std::memcpy(fresh.get(), scratch_.data(), scratch_.size());
  row.bytes = std::move(fresh);
  row.size = static_cast<std::uint32_t>(scratch_.size());
}

RowNumber Table::insert(const Draft& draft, RowNumber parent, std::int64_t timestamp, domain::UtcTime now) {
  const auto row_number = static_cast<RowNumber>(rows_.size());
  Row& row = rows_.emplace_back();
  pack(row, draft);
  row.parent = parent;
  row.live = true;
  row.created = now;
  row.modified = now;
  ++live_;
  for (Index& index : indexes_) {
    const Value& value = draft[index.property];
    if (!value.is_null()) index.hashes.insert(index_hash(value), row_number);
  }
  record_change(row_number, timestamp);
  return row_number;
}

void Table::update(RowNumber row, const Draft& draft, std::int64_t timestamp, domain::UtcTime now) {
  for (Index& index : indexes_) {
    const Value before = get(row, index.property);
    const Value& after = draft[index.property];
    const std::uint32_t old_hash = index_hash(before);
    const std::uint32_t new_hash = index_hash(after);
    if (before.is_null() == after.is_null() && old_hash == new_hash) continue;
    if (!before.is_null()) index.hashes.erase(old_hash, row);
    if (!after.is_null()) index.hashes.insert(new_hash, row);
  }
  pack(rows_[row], draft);
  touch(row, timestamp, now);
}

void Table::touch(RowNumber row, std::int64_t timestamp, domain::UtcTime now) {
  rows_[row].modified = now;
  record_change(row, timestamp);
}

void Table::erase(RowNumber row) {
  if (!is_live(row)) return;
  for (Index& index : indexes_) {
    const Value value = get(row, index.property);
    if (!value.is_null()) index.hashes.erase(index_hash(value), row);
  }
  rows_[row].bytes.reset();
  rows_[row].size = 0;
  rows_[row].live = false;
  --live_;
}

void Table::record_change(RowNumber row, std::int64_t timestamp) {
  rows_[row].timestamp = timestamp;
  if (changes_.size() > 2 * live_ + 1024) {
    std::erase_if(changes_, [this](const Change& change) { return !is_current(change); });
  }
  changes_.push_back(Change{timestamp, row});
}

std::size_t Table::first_change_after(std::int64_t timestamp) const {
  const auto found =
      std::upper_bound(changes_.begin(), changes_.end(), timestamp,
                       [](std::int64_t wanted, const Change& change) { return wanted < change.timestamp; });
  return static_cast<std::size_t>(found - changes_.begin());
}

void Table::link_child(RowNumber row, Table& lines, RowNumber child) {
  Row& document = rows_[row];
  if (document.last_child == no_row) {
    document.first_child = child;
  } else {
    lines.rows_[document.last_child].next_sibling = child;
  }
  document.last_child = child;
}

void Table::unlink_child(RowNumber row, Table& lines, RowNumber child) {
  Row& document = rows_[row];
  RowNumber previous = no_row;
  for (RowNumber line = document.first_child; line != no_row; line = lines.rows_[line].next_sibling) {
    if (line == child) {
      const RowNumber next = lines.rows_[line].next_sibling;
      (previous == no_row ? document.first_child : lines.rows_[previous].next_sibling) = next;
      if (document.last_child == child) document.last_child = previous;
      return;
    }
    previous = line;
  }
}

bool Table::is_indexed(PropertyIndex property) const {
  return std::any_of(indexes_.begin(), indexes_.end(), [&](const Index& index) { return index.property == property; });
}

void Table::candidates(PropertyIndex property, const Value& value, std::vector<RowNumber>& rows) const {
  for (const Index& index : indexes_) {
    if (index.property == property) {
      index.hashes.visit(index_hash(value), [&](RowNumber row) { rows.push_back(row); });
    }
  }
}

RowNumber Table::find_text(std::string_view property, std::string_view text) const {
  const PropertyIndex wanted = type_->index(property);
  std::vector<RowNumber> rows;
  candidates(wanted, Value::text(text), rows);
  RowNumber found = no_row;
  for (const RowNumber row : rows) {
    if (trimmed(get(row, wanted).as_text()) == trimmed(text) && (found == no_row || row < found)) found = row;
  }
  return found;
}

}  // namespace connector::sandbox::exact
