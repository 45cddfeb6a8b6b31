#include "server/item_suggestion.h"

#include <algorithm>

#include "domain/letter_case.h"
#include "json/value.h"

namespace connector::server {
namespace {

constexpr std::size_t kFewestWords = 2;

std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : domain::lower_case(text) + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
    } else {
      if (word.size() > 2) words.insert(word);
      word.clear();
    }
  }
  return words;
}

}  // namespace

std::vector<SuggestibleItem> suggestible_items(const std::vector<store::ReferenceRow>& rows) {
  std::vector<SuggestibleItem> items;
  for (const store::ReferenceRow& row : rows) {
    auto data = json::parse(row.data.empty() ? "{}" : row.data);
    if (!data) continue;
    const bool unusable =
        (*data)["IsBlocked"].boolean().value_or(false) || !(*data)["IsSalesItem"].boolean().value_or(true);
    if (unusable) continue;
    const std::string name = (*data)["Description"].text_or("");
    items.push_back({row.code, name, (*data)["Barcode"].text_or(""), words_of(name)});
  }
  return items;
}

ItemSuggestion suggest_item(const std::string& sku, const std::string& product,
                            const std::vector<SuggestibleItem>& items) {
  const std::string wanted = domain::lower_case(sku);
  for (const SuggestibleItem& item : items) {
    if (domain::lower_case(item.code) == wanted) return {&item, "code"};
  }
  for (const SuggestibleItem& item : items) {
    if (!item.barcode.empty() && item.barcode == sku) return {&item, "barcode"};
  }
  const auto words = words_of(product);
  ItemSuggestion best;
  std::size_t most = 0;
  for (const SuggestibleItem& item : items) {
    const auto shared = static_cast<std::size_t>(std::count_if(
        item.words.begin(), item.words.end(), [&words](const std::string& word) { return words.contains(word); }));
    if (shared < kFewestWords || shared * 3 < item.words.size() * 2 || shared < most) continue;
    best = shared == most ? ItemSuggestion{} : ItemSuggestion{&item, "name"};
    most = shared;
  }
  return best;
}

}  // namespace connector::server
