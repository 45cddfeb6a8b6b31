#include "walmart/items_reader.h"

#include "walmart/errors.h"

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;
using json::Value;

namespace {

void add_reasons(const Value& reasons, std::vector<std::string>& found) {
  for (const Value& reason : reasons.array()) {
    if (auto text = reason.text()) found.push_back(*std::move(text));
  }
}

Item read_item(const Value& value) {
  Item item;
  item.sku = value["sku"].text_or("");
  item.wpid = value["wpid"].text_or("");
  item.gtin = value["gtin"].text_or("");
  item.upc = value["upc"].text_or("");
  item.product_name = value["productName"].text_or("");
  item.product_type = value["productType"].text_or("");
  item.price = read_money(value["price"]);
  const Value& published = value["publishedStatus"];
  item.published_status = published.is_object() ? published["status"].text_or("") : published.text_or("");
  add_reasons(published["reasons"], item.unpublished_reasons);
  add_reasons(value["unpublishedReasons"]["reason"], item.unpublished_reasons);
  item.lifecycle_status = value["lifecycleStatus"].text_or("");
  item.variant_group_id = value["variantGroupId"].text_or("");
  return item;
}

}  // namespace

Result<ItemsPage> read_items_page(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const Value& list = (*document)["ItemResponse"];
  if (!list.is_array() && !list.is_object()) return no_such("ItemResponse");
  ItemsPage page;
  for (const Value* item : elements(list)) page.items.push_back(read_item(*item));
  page.total = (*document)["totalItems"].integer().value_or(0);
  page.next_cursor = (*document)["nextCursor"].text_or("");
  return page;
}

Result<ItemsPage> read_catalog_search(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  ItemsPage page;
  if (const auto total = (*document)["All"].integer()) page.total = *total;
  const Value& list = (*document)["payload"];
  if (!list.is_array() && !(*document)["All"].integer()) return no_such("found items");
  for (const Value* item : elements(list)) page.items.push_back(read_item(*item));
  if (page.total == 0) {
    page.total = (*document)["totalItems"].integer().value_or(static_cast<std::int64_t>(page.items.size()));
  }
  page.next_cursor = (*document)["nextCursor"].text_or("");
  return page;
}

Result<std::map<std::string, std::int64_t>> read_item_counts(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  std::map<std::string, std::int64_t> counts;
  for (const auto& [name, value] : document->object()) {
    if (const auto count = value.integer()) counts[name] = *count;
  }
  if (counts.empty()) return no_such("counts");
  return counts;
}

Result<std::map<std::string, std::int64_t>> read_variant_counts(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["payload"].is_array()) return no_such("variant groups");
  std::map<std::string, std::int64_t> counts;
  for (const Value* group : elements((*document)["payload"])) {
    counts[(*group)["variantGroupId"].text_or("")] = (*group)["count"].integer().value_or(0);
  }
  return counts;
}

Result<std::vector<ItemAssociation>> read_item_associations(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["items"].is_array()) return no_such("item associations");
  std::vector<ItemAssociation> associations;
  for (const Value* item : elements((*document)["items"])) {
    for (const Value* association : elements((*item)["associations"])) {
      const Value& shipping_template = (*association)["shippingTemplate"];
      associations.push_back({(*item)["sku"].text_or(""), (*association)["shipNode"].text_or(""),
                              (*association)["shipNodeName"].text_or(""), shipping_template["id"].text_or(""),
                              shipping_template["name"].text_or("")});
    }
  }
  return associations;
}

Result<std::vector<FoundItem>> read_search_result(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["items"].is_array()) return no_such("found items");
  std::vector<FoundItem> found;
  for (const Value* item : elements((*document)["items"])) {
    found.push_back({(*item)["itemId"].text_or(""), (*item)["title"].text_or(""), (*item)["brand"].text_or(""),
                     read_money((*item)["price"]), read_flag((*item)["isMarketPlaceItem"], false)});
  }
  return found;
}

Result<std::vector<Category>> read_taxonomy(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  if (!(*document)["payload"].is_array()) return no_such("categories");
  std::vector<Category> categories;
  for (const Value* value : elements((*document)["payload"])) {
    Category category{(*value)["category"].text_or(""), {}};
    for (const Value* part : elements((*value)["subcategory"])) {
      category.subcategories.emplace_back((*part)["subCategoryId"].text_or(""), (*part)["subCategoryName"].text_or(""));
    }
    categories.push_back(std::move(category));
  }
  return categories;
}

Result<std::string> read_retired_item(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  const auto errors = read_errors(*document);
  if (!errors.empty()) return fail(Cause::business_refusal, ports::remote_words(errors[0].description));
  auto sku = (*document)["sku"].text_or("");
  if (sku.empty()) return no_such("SKU");
  return sku;
}

}  // namespace connector::walmart
