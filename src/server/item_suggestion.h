#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace connector::server {

/// An item of Exact that may be sold, as suggestions look at it.
struct SuggestibleItem {
  std::string code;
  std::string name;
  std::string barcode;
  std::set<std::string> words;  ///< of the name, in small letters
};
/// Leaves out what is blocked or no sales item.
std::vector<SuggestibleItem> suggestible_items(const std::vector<store::ReferenceRow>& rows);

struct ItemSuggestion {
  const SuggestibleItem* item = nullptr;  ///< nullptr if none is likely enough
  std::string_view by;                    ///< "code", "barcode", "name"
};

/// The item with the SKU's code, or with it as barcode, or the one whose name is nearly all in the product's. A name is
/// a guess: two words at least have to be the same, and no other item may fit as well.
ItemSuggestion suggest_item(const std::string& sku, const std::string& product,
                            const std::vector<SuggestibleItem>& items);

}  // namespace connector::server
