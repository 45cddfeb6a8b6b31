#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/exact/draft.h"
#include "sandbox/exact/hash_index.h"

namespace connector::sandbox::exact {

/// The records of one entity in one division: packed rows, hash indexes on chosen properties, and the order of the
/// Timestamps for the sync resources. Rows are numbered from 0 and never reused.
class Table {
 public:
  /// `indexed` names the properties that have a hash index. `type` must outlive the table.
  Table(TableId id, const EntityType& type, const std::vector<std::string>& indexed);

  TableId id() const { return id_; }
  const EntityType& type() const { return *type_; }
  RowNumber size() const { return static_cast<RowNumber>(rows_.size()); }
  std::size_t live() const { return live_; }
  bool is_live(RowNumber row) const { return row < rows_.size() && rows_[row].live; }

  /// A stored value; null if absent or the row is gone. Text views into the record until it changes.
  Value get(RowNumber row, PropertyIndex property) const;
  Value get(RowNumber row, std::string_view property) const { return get(row, type_->index(property)); }
  /// A draft holding all stored values of a row; its text views into the row.
  Draft draft(RowNumber row) const;
  /// All stored values by property index, for whole-record answers; `values` is resized.
  void unpack(RowNumber row, std::vector<Value>& values) const;

  RowNumber insert(const Draft& draft, RowNumber parent, std::int64_t timestamp, domain::UtcTime now);
  void update(RowNumber row, const Draft& draft, std::int64_t timestamp, domain::UtcTime now);
  void touch(RowNumber row, std::int64_t timestamp, domain::UtcTime now);
  void erase(RowNumber row);

  std::int64_t timestamp(RowNumber row) const { return rows_[row].timestamp; }
  domain::UtcTime created(RowNumber row) const { return rows_[row].created; }
  domain::UtcTime modified(RowNumber row) const { return rows_[row].modified; }

  RowNumber parent(RowNumber row) const { return rows_[row].parent; }
  /// Lines of a document, kept in the line's table by `link_child`.
  RowNumber first_child(RowNumber row) const { return rows_[row].first_child; }
  RowNumber next_sibling(RowNumber row) const { return rows_[row].next_sibling; }
  /// Appends line `child` of table `lines` to document `row` of this table.
  void link_child(RowNumber row, Table& lines, RowNumber child);
  void unlink_child(RowNumber row, Table& lines, RowNumber child);

  bool is_indexed(PropertyIndex property) const;
  /// Live rows whose indexed property may equal `value` (same hash): the caller compares.
  void candidates(PropertyIndex property, const Value& value, std::vector<RowNumber>& rows) const;
  /// First live row whose text property equals `text` apart from padding; no_row if none. The property must be indexed.
  RowNumber find_text(std::string_view property, std::string_view text) const;

  /// Calls `visitor(row)` for live rows with Timestamp > `after` in ascending order until it returns false.
  template <class Visitor>
  void visit_changes(std::int64_t after, Visitor&& visitor) const {
    for (std::size_t i = first_change_after(after); i < changes_.size(); ++i) {
      const Change change = changes_[i];
      if (is_current(change) && !visitor(change.row)) return;
    }
  }
  /// The same backwards over all live rows, latest change first.
  template <class Visitor>
  void visit_changes_backwards(Visitor&& visitor) const {
    for (std::size_t i = changes_.size(); i > 0; --i) {
      const Change change = changes_[i - 1];
      if (is_current(change) && !visitor(change.row)) return;
    }
  }

 private:
  struct Row {
    std::unique_ptr<char[]> bytes;
    std::uint32_t size = 0;
    RowNumber parent = no_row;
    RowNumber next_sibling = no_row;
    RowNumber first_child = no_row;
    RowNumber last_child = no_row;
    bool live = false;
    std::int64_t timestamp = 0;
    domain::UtcTime created;
    domain::UtcTime modified;
  };
  struct Change {
    std::int64_t timestamp;
    RowNumber row;
  };
  struct Index {
    PropertyIndex property;
    HashIndex hashes;
  };

  std::string_view bytes(RowNumber row) const { return {rows_[row].bytes.get(), rows_[row].size}; }
  bool is_current(const Change& change) const {
    return rows_[change.row].live && rows_[change.row].timestamp == change.timestamp;
  }
  std::size_t first_change_after(std::int64_t timestamp) const;
  void pack(Row& row, const Draft& draft);
  void record_change(RowNumber row, std::int64_t timestamp);

  TableId id_;
  const EntityType* type_;
  std::deque<Row> rows_;
  std::vector<Index> indexes_;
  std::vector<Change> changes_;
  std::size_t live_ = 0;
  std::string scratch_;
};

/// The hash that indexes use: text without padding and case, numbers by value.
std::uint32_t index_hash(const Value& value);

}  // namespace connector::sandbox::exact
