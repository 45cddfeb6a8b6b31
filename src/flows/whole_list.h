#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "domain/result.h"
#include "ports/task.h"

namespace connector::flows {

/// Tells whether a list that means something by what it lacks, such as Walmart's stock, was read whole: rows shift from
/// page to page while it is read, and it may end early. Each pass stands for itself and must show as many different
/// SKUs as its pages tell in all.
class WholeList {
 public:
  void begin_pass();
  /// A row; true if it is the first of its SKU in this pass.
  bool see(const std::string& sku);
  /// `total`: of the whole list, as the page tells it; 0 if it does not.
  void end_page(std::int64_t total);
  /// A page that the list itself named is not there: the pass is not whole, whatever it showed.
  void break_off() { is_broken_ = true; }

  enum class Verdict {
    whole,
    again,       ///< it must be read once more, from its beginning
    incomplete,  ///< it was not whole in too many passes
  };
  Verdict end_pass();

  /// What an incomplete list is told as: transient, nothing may follow from it.
  domain::Error incomplete(const std::string& what) const;

 private:
  std::set<std::string> seen_;         ///< in this pass
  std::set<std::string> seen_before_;  ///< in the one before
  std::int64_t total_ = 0;             ///< the largest of this pass
  std::int64_t rows_ = 0;              ///< of pages that brought something new
  std::int64_t page_rows_ = 0;
  bool page_is_new_ = false;
  bool is_broken_ = false;
  int passes_ = 0;
};

/// Reads a list by `read_pass(&list)`, which gives what one pass showed, until it was whole; for at most four passes.
/// `what` names the rows for the error of an incomplete list.
template <class Rows, class ReadPass>
ports::Task<domain::Result<Rows>> read_whole(std::string what, ReadPass read_pass) {
  WholeList list;
  while (true) {
    domain::Result<Rows> rows = co_await read_pass(&list);
    if (!rows) co_return rows;
    const auto verdict = list.end_pass();
    if (verdict == WholeList::Verdict::whole) co_return rows;
    if (verdict == WholeList::Verdict::incomplete) co_return domain::fail(list.incomplete(what));
  }
}

}  // namespace connector::flows
