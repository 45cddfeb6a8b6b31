#include "server/exact_pages.h"

#include <gtest/gtest.h>

namespace connector::server {
namespace exact_pages_test {

using domain::PostingKind;

const ExactPages pages{"https://start.exactonline.be", "/docs/Menu.aspx?_Division_={division}", "",
                       "/docs/Invoice.aspx?_Division_={division}&ID=%7b{id}%7d&N={number}"};

store::PostingRow posted(PostingKind kind) {
  store::PostingRow row;
  row.kind = kind;
  row.state = store::PostingState::posted;
  row.target_id = "4d5a-1";
  row.target_number = "20 1/2";
  return row;
}

TEST(ExactPages, ADocumentOpensAtThePageOfItsKind) {
  for (const auto kind : {PostingKind::sales_invoice, PostingKind::credit_memo, PostingKind::daily_invoice}) {
    const auto page = page_in_exact(pages, 17, posted(kind));
    EXPECT_EQ(page["address"].text_or(""),
              "https://start.exactonline.be/docs/Invoice.aspx?_Division_=17&ID=%7b4d5a-1%7d&N=20%201%2F2");
    EXPECT_EQ(page["shows"].text_or(""), "document");
  }
}

TEST(ExactPages, WithoutItsPageTheDivisionOpens) {
  const auto page = page_in_exact(pages, 17, posted(PostingKind::sales_order));
  EXPECT_EQ(page["address"].text_or(""), "https://start.exactonline.be/docs/Menu.aspx?_Division_=17");
  EXPECT_EQ(page["shows"].text_or(""), "division");
}

TEST(ExactPages, WhatStandsNotInExactOpensNowhere) {
  EXPECT_TRUE(page_in_exact(pages, 17, posted(PostingKind::goods_delivery)).is_null()) << "no page";
  EXPECT_TRUE(page_in_exact(pages, 17, posted(PostingKind::price_feed)).is_null()) << "stands at Walmart";
  auto row = posted(PostingKind::sales_invoice);
  row.state = store::PostingState::held;
  EXPECT_TRUE(page_in_exact(pages, 17, row).is_null());
  row = posted(PostingKind::sales_invoice);
  row.target_id.clear();
  EXPECT_TRUE(page_in_exact(pages, 17, row).is_null());
}

}  // namespace exact_pages_test
}  // namespace connector::server
