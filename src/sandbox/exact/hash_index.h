#pragma once

#include <cstdint>
#include <vector>

#include "sandbox/exact/value.h"

namespace connector::sandbox::exact {

/// Rows by the hash of one property's value: eight bytes per slot and four per row. A look-up yields candidates in
/// descending row order; whoever asks compares the value itself.
class HashIndex {
 public:
  void insert(std::uint32_t hash, RowNumber row);
  void erase(std::uint32_t hash, RowNumber row);

  template <class Visitor>
  void visit(std::uint32_t hash, Visitor&& visitor) const {
    if (slots_.empty()) return;
    for (std::size_t slot = hash & mask(); slots_[slot].head != no_row; slot = (slot + 1) & mask()) {
      if (slots_[slot].hash != hash) continue;
      for (RowNumber row = slots_[slot].head; row != end_of_chain; row = next_[row]) visitor(row);
      return;
    }
  }

 private:
  /// `head` no_row: never used; end_of_chain: used, now empty.
  struct Slot {
    std::uint32_t hash = 0;
    RowNumber head = no_row;
  };
  static constexpr RowNumber end_of_chain = no_row - 1;
  std::size_t mask() const { return slots_.size() - 1; }
  void grow();

  std::vector<Slot> slots_;
  std::vector<RowNumber> next_;
  std::size_t used_ = 0;
};

}  // namespace connector::sandbox::exact
