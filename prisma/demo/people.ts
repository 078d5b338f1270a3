/** Who works in the demonstration's shop, a small one for tea, and who buys there. */
export const agents = {
  mei: { name: "林小满", email: "xiaoman@demo.example", locale: "zh-CN", receives: true },
  wen: { name: "周文", email: "zhouwen@demo.example", locale: "zh-CN", receives: true },
  emma: { name: "Emma Clarke", email: "emma@demo.example", locale: "en", receives: false },
} as const;

export type AgentKey = keyof typeof agents;

type Customer = {
  readonly name: string;
  readonly locale: "zh-CN" | "en";
  /** The shop's own number for them; guests have none. */
  readonly externalId: string | null;
  readonly attributes: Readonly<Record<string, string>>;
};

const customerTable = {
  siyu: { name: "陈思雨", locale: "zh-CN", externalId: "demo-1001", attributes: { 会员等级: "金卡", 城市: "杭州" } },
  haoran: { name: "王浩然", locale: "zh-CN", externalId: "demo-1002", attributes: { 会员等级: "银卡", 城市: "成都" } },
  zihan: { name: "李梓涵", locale: "zh-CN", externalId: "demo-1003", attributes: { 城市: "广州" } },
  yiming: { name: "赵一鸣", locale: "zh-CN", externalId: "demo-1004", attributes: { 会员等级: "金卡", 城市: "北京" } },
  xiaotong: { name: "孙晓彤", locale: "zh-CN", externalId: "demo-1005", attributes: { 城市: "上海" } },
  jiaxin: { name: "何嘉欣", locale: "zh-CN", externalId: "demo-1006", attributes: { 城市: "深圳" } },
  jiayi: { name: "吴佳怡", locale: "zh-CN", externalId: "demo-1007", attributes: { 会员等级: "金卡", 城市: "苏州" } },
  guestA: { name: "访客 4821", locale: "zh-CN", externalId: null, attributes: {} },
  guestB: { name: "访客 7306", locale: "zh-CN", externalId: null, attributes: {} },
  olivia: { name: "Olivia Bennett", locale: "en", externalId: "demo-1008", attributes: { city: "Portland" } },
  daniel: { name: "Daniel Kim", locale: "en", externalId: "demo-1009", attributes: { tier: "Gold", city: "Seoul" } },
  priya: { name: "Priya Nair", locale: "en", externalId: "demo-1010", attributes: { city: "Singapore" } },
  lucas: { name: "Lucas Meyer", locale: "en", externalId: "demo-1011", attributes: { company: "Café Nord", city: "Hamburg" } },
  guestC: { name: "Guest 5512", locale: "en", externalId: null, attributes: {} },
} as const satisfies Record<string, Customer>;

export type CustomerKey = keyof typeof customerTable;

export const customers: Readonly<Record<CustomerKey, Customer>> = customerTable;

/** Where this customer stands, the demonstration has been filled in. */
export const markerId = customerTable.siyu.externalId;
