import './session.js';
import './bell.js';
import './orders.js';
import './people.js';
