import Headset from "lucide-react/icons/headset";
import KeyRound from "lucide-react/icons/key-round";
import Megaphone from "lucide-react/icons/megaphone";
import Plug from "lucide-react/icons/plug";
import Users from "lucide-react/icons/users";
import Webhook from "lucide-react/icons/webhook";

/** The parts of the admin pages, in the order of the navigation. */
export const sections = [
  { name: "notices", href: "/admin/notices", Icon: Megaphone },
  { name: "staff", href: "/admin/staff", Icon: Users },
  { name: "waiters", href: "/admin/waiters", Icon: Headset },
  { name: "sessions", href: "/admin/sessions", Icon: Plug },
  { name: "keys", href: "/admin/api-keys", Icon: KeyRound },
  { name: "webhooks", href: "/admin/webhooks", Icon: Webhook },
] as const;
