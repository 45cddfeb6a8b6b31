#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "domain/result.h"

namespace connector::flows {

/// Tells whether one of Walmart's lists was seen whole although its rows move from page to page while it is read: what
/// leaves a period or moves to its end shifts the rest, and whatever slips to a page that was read already is missed.
/// The total of the first page tells how many there are (walmart.md 2.1: "authoritative, rows may shift while paging").
class ListPasses {
 public:
  /// A pass begins with this first page's total.
  void begin(std::int64_t total);
  void see(const std::string& id);

  enum class Verdict {
    whole,
    again,     ///< it must be read once more, over the same period
    restless,  ///< it kept changing for too many passes
  };
  /// The last page of a pass was seen.
  Verdict end();

 private:
  std::set<std::string> seen_;
  std::int64_t total_ = 0;  ///< when the first pass began
  int passes_ = 0;
  std::size_t seen_before_ = 0;
};

/// What a restless list is told as: transient, so that it is read again, and the watermark stays.
domain::Error restless_list(const std::string& what);

}  // namespace connector::flows
