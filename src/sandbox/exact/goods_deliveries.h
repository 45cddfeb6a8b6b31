#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// POST salesorder/GoodsDeliveries: lowers stock and moves the orders on.
Outcome create_goods_delivery(Call& call);
Outcome update_goods_delivery(Call& call);
Outcome update_goods_delivery_line(Call& call);

}  // namespace connector::sandbox::exact
