export { createWebhookSender, type WebhookSenderOptions } from './sender.js';
