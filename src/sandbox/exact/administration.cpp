#include "sandbox/exact/administration.h"

#include <algorithm>

#include "sandbox/exact/local_time.h"

namespace connector::sandbox::exact {
namespace {

using Source = Property::Source;

/// Division, table and row in the 62 bits that a key holds.
std::uint64_t plain_key(std::uint32_t division, std::uint64_t table, std::uint64_t row) {
  return (static_cast<std::uint64_t>(division) << 38U) | (table << 32U) | row;
}

constexpr std::uint64_t job_table = 62;
constexpr std::uint64_t stock_key(RowNumber item, RowNumber warehouse) {
  return (static_cast<std::uint64_t>(item) << 32U) | warehouse;
}

}  // namespace

Administration::Administration(std::uint32_t number, std::int64_t code, std::string name, const GuidCipher& cipher,
                               const Switches& switches, Guid user, std::string user_name)
    : number_(number),
      code_(code),
      name_(std::move(name)),
      cipher_(&cipher),
      switches_(&switches),
      user_(user),
      user_name_(std::move(user_name)) {
  for (std::size_t i = 0; i < table_count; ++i) {
    const TableDefinition& definition = table_definition(static_cast<TableId>(i));
    tables_[i] = std::make_unique<Table>(definition.id, definition.type, definition.indexed);
  }
  rates_[currency_] = domain::Decimal::from_integer(1);
}

Guid Administration::guid(Reference record) const {
  return cipher_->seal(plain_key(number_, static_cast<std::uint64_t>(record.table), record.row));
}

Guid Administration::job_guid(std::size_t job) const { return cipher_->seal(plain_key(number_, job_table, job)); }

std::optional<std::size_t> Administration::find_job(Guid guid) const {
  const auto plain = cipher_->open(guid);
  if (!plain || (*plain >> 32U) != (plain_key(number_, job_table, 0) >> 32U)) return std::nullopt;
  const std::size_t job = *plain & 0xffffffffU;
  if (job >= jobs_.size()) return std::nullopt;
  return job;
}

Value Administration::resolve(const Value& value) const {
  if (value.kind() != Value::Kind::guid) return value;
  const auto plain = cipher_->open(value.as_guid());
  if (!plain || (*plain >> 38U) != number_) return value;
  const std::uint64_t table = (*plain >> 32U) & 63U;
  const auto row = static_cast<RowNumber>(*plain & 0xffffffffU);
  if (table >= table_count || row >= tables_[table]->size()) return value;
  return Value::reference(static_cast<TableId>(table), row);
}

RowNumber Administration::find(TableId id, const Value& value) const {
  const Reference reference = resolve(value).as_reference();
  if (reference.table != id || !table(id).is_live(reference.row)) return no_row;
  return reference.row;
}

RowNumber Administration::find_code(TableId id, std::string_view code) const {
  return table(id).find_text("Code", code);
}

Value Administration::read(TableId id, RowNumber row, const Property& property) const {
  const Table& records = table(id);
  if (!records.is_live(row)) return {};
  switch (property.source) {
    case Source::stored:
      return records.get(row, property.origin);
    case Source::key:
      return Value::reference(id, row);
    case Source::parent_key:
      return Value::reference(table_definition(id).parent, records.parent(row));
    case Source::division:
      return Value::integer(code_);
    case Source::user:
      return Value::guid(user_);
    case Source::user_name:
      return Value::text(user_name_);
    case Source::created:
    case Source::modified: {
      const domain::UtcTime time = property.source == Source::created ? records.created(row) : records.modified(row);
      return Value::instant(switches_->local_time_stamps ? time + amsterdam_offset(time) : time);
    }
    case Source::timestamp:
      return Value::integer(records.timestamp(row));
    case Source::lookup: {
      const Value from = read(id, row, records.type().properties()[property.origin]);
      RowNumber target = no_row;
      if (from.kind() == Value::Kind::text) {
        target = find_code(property.target, from.as_text());
      } else {
        target = find(property.target, from);
      }
      if (target == no_row) return {};
      return read(property.target, target, table(property.target).type().properties()[property.target_property]);
    }
    case Source::parent: {
      const TableId parent = table_definition(id).parent;
      return read(parent, records.parent(row), table(parent).type().properties()[property.origin]);
    }
    case Source::calculated:
      return property.calculate(*this, row);
    case Source::children:
    case Source::nothing:
      return {};
  }
  return {};
}

Value Administration::read(TableId id, RowNumber row, std::string_view property) const {
  const EntityType& type = table(id).type();
  return read(id, row, type.properties()[type.index(property)]);
}

domain::UtcTime Administration::stamp(domain::UtcTime now) {
  using Days = std::chrono::days;
  // The remote's clock does not run backwards, even where a test's does.
  now = std::max(now, last_stamp_);
  if (daily_timestamps_.empty() || std::chrono::floor<Days>(now) != std::chrono::floor<Days>(last_stamp_)) {
    daily_timestamps_.emplace_back(now, last_timestamp_);
  }
  last_stamp_ = now;
  ++last_timestamp_;
  return now;
}

std::int64_t Administration::timestamp_at(domain::UtcTime time) const {
  std::int64_t result = 0;
  for (const auto& [day, timestamp] : daily_timestamps_) {
    if (std::chrono::floor<std::chrono::days>(day) > std::chrono::floor<std::chrono::days>(time)) {
      return timestamp;
    }
    result = timestamp;
  }
  return daily_timestamps_.empty() || daily_timestamps_.back().first > time ? result : last_timestamp_;
}

void Administration::note(TableId id, RowNumber row, std::string_view action) {
  const std::string& topic = table_definition(id).topic;
  if (topic.empty() || table(TableId::webhook_subscriptions).live() == 0) return;
  notifications_.push_back(Notification{topic, action, Reference{id, row}});
}

RowNumber Administration::insert(TableId id, Draft& draft, domain::UtcTime now, RowNumber parent) {
  for (PropertyIndex i = 0; i < draft.size(); ++i) draft[i] = resolve(draft[i]);
  now = stamp(now);
  const RowNumber row = table(id).insert(draft, parent, last_timestamp_, now);
  const TableId parent_id = table_definition(id).parent;
  if (parent_id != TableId::none && parent != no_row) table(parent_id).link_child(parent, table(id), row);
  note(id, row, "Create");
  return row;
}

void Administration::update(TableId id, RowNumber row, Draft& draft, domain::UtcTime now) {
  for (PropertyIndex i = 0; i < draft.size(); ++i) draft[i] = resolve(draft[i]);
  now = stamp(now);
  table(id).update(row, draft, last_timestamp_, now);
  note(id, row, "Update");
}

void Administration::erase(TableId id, RowNumber row, domain::UtcTime now) {
  const TableDefinition& definition = table_definition(id);
  if (definition.lines != TableId::none) {
    for (RowNumber line = table(id).first_child(row); line != no_row;) {
      const RowNumber next = table(definition.lines).next_sibling(line);
      table(definition.lines).erase(line);
      line = next;
    }
  }
  if (definition.parent != TableId::none) table(definition.parent).unlink_child(table(id).parent(row), table(id), row);
  table(id).erase(row);
  if (definition.deleted_entity_type != 0) {
    Draft deleted(table_definition(TableId::deleted).type);
    deleted.set("DeletedBy", Value::guid(user_));
    deleted.set("DeletedDate", Value::instant(now));
    deleted.set("EntityKey", Value::guid(guid(Reference{id, row})));
    deleted.set("EntityType", Value::integer(definition.deleted_entity_type));
    insert(TableId::deleted, deleted, now);
  }
  note(id, row, "Delete");
}

void Administration::touch_lines(TableId id, RowNumber row, domain::UtcTime now) {
  const TableId lines = table_definition(id).lines;
  for (RowNumber line = table(id).first_child(row); line != no_row; line = table(lines).next_sibling(line)) {
    const domain::UtcTime moment = stamp(now);
    table(lines).touch(line, last_timestamp_, moment);
  }
}

RowNumber Administration::find_stock_row(RowNumber item, RowNumber warehouse) const {
  const auto found = stock_rows_.find(stock_key(item, warehouse));
  if (found == stock_rows_.end() || !table(TableId::item_warehouses).is_live(found->second)) return no_row;
  return found->second;
}

RowNumber Administration::stock_row(RowNumber item, RowNumber warehouse, domain::UtcTime now) {
  const RowNumber existing = find_stock_row(item, warehouse);
  if (existing != no_row) return existing;
  Draft draft(table_definition(TableId::item_warehouses).type);
  draft.set("Item", Value::reference(TableId::items, item));
  draft.set("Warehouse", Value::reference(TableId::warehouses, warehouse));
  for (const char* const property : {"CurrentStock", "PlannedStockIn", "PlannedStockOut", "ReservedStock"}) {
    draft.set_amount(property, {});
  }
  const RowNumber row = insert(TableId::item_warehouses, draft, now);
  stock_rows_[stock_key(item, warehouse)] = row;
  return row;
}

void Administration::add_to_stock(RowNumber item, RowNumber warehouse, std::string_view property,
                                  domain::Decimal quantity, domain::UtcTime now) {
  if (quantity.is_zero() || !table(TableId::items).get(item, "IsStockItem").as_boolean()) return;
  const RowNumber row = stock_row(item, warehouse, now);
  Draft draft = table(TableId::item_warehouses).draft(row);
  draft.set_amount(property, draft.get(property).as_decimal() + quantity);
  update(TableId::item_warehouses, row, draft, now);
}

void Administration::move_stock(RowNumber item, RowNumber warehouse, domain::Decimal quantity, domain::UtcTime now) {
  add_to_stock(item, warehouse, "CurrentStock", quantity, now);
}

void Administration::plan_stock_out(RowNumber item, RowNumber warehouse, domain::Decimal quantity,
                                    domain::UtcTime now) {
  add_to_stock(item, warehouse, "PlannedStockOut", quantity, now);
}

RowNumber Administration::main_warehouse() const {
  const Table& warehouses = table(TableId::warehouses);
  RowNumber first = no_row;
  for (RowNumber row = 0; row < warehouses.size(); ++row) {
    if (!warehouses.is_live(row)) continue;
    if (warehouses.get(row, "Main").as_integer() == 1) return row;
    if (first == no_row) first = row;
  }
  return first;
}

std::optional<domain::Decimal> Administration::rate(std::string_view currency) const {
  const auto found = rates_.find(currency);
  if (found == rates_.end()) return std::nullopt;
  return found->second;
}

std::int64_t Administration::next_number(const std::string& series, std::int64_t first) {
  const auto [entry, fresh] = series_.try_emplace(series, first);
  return entry->second++;
}

std::optional<std::pair<int, int>> Administration::period_of(domain::UtcTime date) const {
  const Table& periods = table(TableId::financial_periods);
  for (RowNumber row = periods.size(); row > 0; --row) {
    const RowNumber period = row - 1;
    if (!periods.is_live(period)) continue;
    const domain::UtcTime start = periods.get(period, "StartDate").as_instant();
    const domain::UtcTime end = periods.get(period, "EndDate").as_instant() + std::chrono::days{1};
    if (date >= start && date < end) {
      return std::pair{static_cast<int>(periods.get(period, "FinYear").as_integer()),
                       static_cast<int>(periods.get(period, "FinPeriod").as_integer())};
    }
  }
  return std::nullopt;
}

bool Administration::has_period(int year, int period) const {
  const Table& periods = table(TableId::financial_periods);
  for (RowNumber row = 0; row < periods.size(); ++row) {
    if (periods.is_live(row) && periods.get(row, "FinYear").as_integer() == year &&
        periods.get(row, "FinPeriod").as_integer() == period) {
      return true;
    }
  }
  return false;
}

void Administration::set_closed(int year, int period, bool closed) {
  if (closed) {
    closed_periods_.emplace(year, period);
  } else {
    closed_periods_.erase({year, period});
  }
}

}  // namespace connector::sandbox::exact
