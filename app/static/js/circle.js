// A contact's cards, live.
import "./focus.js";
import { keepFresh } from "./live.js";

keepFresh();
