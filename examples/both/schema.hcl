schema "orders" {
}

table "orders" {
  schema = schema.orders
  column "id" {
    type = bigint
  }
}
