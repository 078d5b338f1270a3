import { afterwards, answer, ask, event, note, present, show, type Story } from "./story.ts";

const day = 24 * 60;

/** Conversations in Chinese, in every state that a shop knows. */
export const chinese: readonly Story[] = [
  {
    customer: "siyu", ago: 5 * day + 130, status: "resolved", assignee: "wen", tags: ["选购"],
    lines: [
      ask("你好，想给爸爸买点茶，他胃不太好，喝什么比较合适？", 0),
      event("assigned", "wen"),
      answer("wen", "您好！肠胃敏感的话建议喝发酵程度高一些的，熟普或者红茶都比较温和，空腹的时候少喝就好。", 1.5),
      ask("他平时喝龙井，会不会喝不惯？", 2),
      answer("wen", "可以先试试祁门红茶，香气清，入口甜，喝惯绿茶的人一般都能接受。", 1.2),
      present("wen", { pictures: ["tins"], text: "这三款都有小罐装，中间红色的就是祁门，50 克一罐。" }, 0.8),
      ask("包装挺好看的，那我先拿两罐祁门试试。", 3),
      answer("wen", "好的，您直接下单就行，今天 16 点前付款当天发出。", 0.8),
      ask("下好了，谢谢！", 6),
      answer("wen", "收到，谢谢您。有需要随时找我们。", 0.6),
      event("resolved", null, 4),
    ],
  },
  {
    customer: "siyu", ago: 3, status: "open", assignee: null, unread: 3,
    lines: [
      ask("你好，上次的祁门我爸很喜欢", 0),
      ask("刚才又下了一单，能不能帮我多加一个手提袋？要送人的", 0.8),
      show(["order"], "这是订单截图", 0.6),
    ],
  },
  {
    customer: "guestA", ago: 0.8, status: "open", assignee: null, unread: 2,
    lines: [ask("在吗", 0), show(["gaiwan"], "想问一下这款盖碗有没有大一点的？", 0.9)],
  },
  {
    customer: "haoran", ago: 6, status: "open", assignee: "mei", tags: ["售后", "破损"], priority: "high", unread: 1,
    lines: [
      ask("刚收到快递，打开发现杯子是碎的……", 0),
      show(["broken", "parcel"], "外箱看着没事，里面的杯子已经裂了", 1),
      event("assigned", "mei"),
      answer("mei", "非常抱歉让您收到这样的杯子！您没有划伤手吧？", 0.7),
      ask("没有没有，就是有点可惜，挺喜欢这个款的", 1.2),
      answer("mei", "那就好。我马上给您补发一只同款，不需要寄回，碎片请小心处理。", 0.9),
      note("mei", "仓库确认这一批的泡沫垫薄了，已让他们换双层。补发单 B-2093，走顺丰。", 3),
      answer("mei", "补发已经登记好了，今天下午发顺丰，单号出来后会发短信给您。", 1.5),
      ask("好的，那补发的大概几天能到？周末要用", 11),
    ],
  },
  {
    customer: "zihan", ago: 38, status: "open", assignee: "wen", tags: ["冲泡"],
    lines: [
      ask("请问白毫银针用多少度的水泡？我泡出来总是发苦", 0),
      event("assigned", "wen"),
      answer("wen", "您好，银针比较嫩，85 度左右就好，水一开先放两三分钟再冲。", 2),
      answer("wen", "另外投茶量不用多，盖碗放 4 克，第一泡 20 秒出汤，后面每泡加 5 秒。", 0.8),
      show(["brewed"], "照您说的重新泡了一次，汤色是这样，对吗？", 21),
      answer("wen", "这个汤色很漂亮，稍微深了一点点，下一泡早 5 秒出汤就刚好。", 1.4),
      ask("好喝多了！原来是水太烫", 2),
      answer("wen", "哈哈是的，慢慢试几次就有手感了。", 1),
    ],
  },
  {
    customer: "yiming", ago: 5 * 60, status: "snoozed", assignee: "mei", tags: ["预订"], snoozedFor: 19,
    lines: [
      ask("那把石瓢壶还会补货吗？等了快一个月了", 0),
      event("assigned", "mei"),
      present("mei", { pictures: ["teapot"], text: "您说的是这一把吗？" }, 1.6),
      ask("对，就是这把", 1),
      note("mei", "师傅说明天出窑 12 把，先给赵先生留一把，明早确认后回复他。", 8),
      answer("mei", "师傅明天出窑，我先给您留一把，确认没问题后明天上午联系您，可以吗？", 1),
      ask("太好了，麻烦你了", 2),
    ],
  },
  {
    customer: "jiayi", ago: 52, status: "open", assignee: "mei", tags: ["礼品", "企业采购"], priority: "urgent", unseen: 2,
    lines: [
      ask("你们能做企业定制礼盒吗？大概 60 份，月底前要", 0),
      event("assigned", "mei"),
      answer("mei", "可以的。60 份以上可以在盒盖烫印公司名称，工期 5 个工作日，月底前来得及。", 2.2),
      ask("预算每份 200 左右，有什么搭配推荐吗？", 3),
      present("mei", { pictures: ["gift", "tins", "gaiwan"], text: "这个预算推荐一红一绿两罐茶，配一只手绘盖碗，装红色礼盒，每份 198 元，含手提袋。" }, 6),
      ask("盖碗能换成杯子吗？", 14),
      afterwards(answer("mei", "可以换成两只品茗杯，价格不变，每份还是 198 元。", 3), "edited"),
      note("mei", "采购那边要走合同，报价单我下午做好发给她。@周文 帮忙确认一下 60 只礼盒的库存。", 2),
      answer("mei", "报价单我下午发到您邮箱，您看过之后我们就可以安排打样。", 1),
    ],
  },
  {
    customer: "xiaotong", ago: day + 220, status: "resolved", assignee: "wen", tags: ["物流"],
    lines: [
      ask("我的快递三天没动了，一直显示在中转站", 0),
      event("assigned", "wen"),
      answer("wen", "您好，我帮您查一下，请稍等。", 0.8),
      answer("wen", "查到了，那边下雨航班取消，今天凌晨已经装车，预计明天中午前送到。", 4),
      ask("好的，能送到丰巢就行，我白天不在家", 2),
      answer("wen", "已经给快递员备注放丰巢了，取件码会发到您手机。", 1.5),
      ask("收到啦，谢谢，效率真高", day * 0.9),
      answer("wen", "不客气，祝您喝得开心！", 12),
      event("resolved", null, 1),
    ],
  },
  {
    customer: "jiaxin", ago: 3 * day + 65, status: "resolved", assignee: "mei", tags: ["发票"],
    lines: [
      ask("请问可以开专票吗？", 0),
      event("assigned", "mei"),
      answer("mei", "可以的，请提供公司名称、税号、地址电话和开户行信息，再告诉我订单号。", 1.2),
      show(["order"], "订单在这里，开票信息我发你们邮箱了", 9),
      answer("mei", "邮件收到了，电子发票今天下班前发到同一个邮箱。", 3),
      ask("收到发票了，谢谢", 5 * 60),
      event("resolved", null, 8),
    ],
  },
  {
    customer: "guestB", ago: 4 * day + 400, status: "resolved", assignee: "wen",
    lines: [
      ask("你们有实体店吗？", 0),
      answer("wen", "您好，目前只有线上店，茶室预计明年春天在杭州开放。", 3),
      ask("好的，期待", 1),
      event("resolved", null, 30),
    ],
  },
];
