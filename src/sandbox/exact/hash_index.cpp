#include "sandbox/exact/hash_index.h"

namespace connector::sandbox::exact {

void HashIndex::grow() {
  std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
  old.swap(slots_);
  used_ = 0;
  for (const Slot& entry : old) {
    if (entry.head == no_row || entry.head == end_of_chain) continue;
    std::size_t slot = entry.hash & mask();
    while (slots_[slot].head != no_row) slot = (slot + 1) & mask();
    slots_[slot] = entry;
    ++used_;
  }
}

void HashIndex::insert(std::uint32_t hash, RowNumber row) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  if (next_.size() <= row) next_.resize(row + 1, end_of_chain);
  std::size_t slot = hash & mask();
  while (slots_[slot].head != no_row && slots_[slot].hash != hash) slot = (slot + 1) & mask();
  if (slots_[slot].head == no_row) {
    slots_[slot] = Slot{hash, end_of_chain};
    ++used_;
  }
  next_[row] = slots_[slot].head;
  slots_[slot].head = row;
}

void HashIndex::erase(std::uint32_t hash, RowNumber row) {
  if (slots_.empty()) return;
  for (std::size_t slot = hash & mask(); slots_[slot].head != no_row; slot = (slot + 1) & mask()) {
    if (slots_[slot].hash != hash) continue;
    RowNumber* link = &slots_[slot].head;
    while (*link != end_of_chain) {
      if (*link == row) {
        *link = next_[row];
        return;
      }
      link = &next_[*link];
    }
    return;
  }
}

}  // namespace connector::sandbox::exact
