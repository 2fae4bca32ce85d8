/** Darkroom's colours over Swagger UI's own dark mode, which follows the system and can be switched on the page. */
export const docsCss = `
.swagger-ui .markdown code, .swagger-ui .renderedMarkdown code { font-weight: normal; color: #6b21a8; }
.swagger-ui .markdown pre code, .swagger-ui .renderedMarkdown pre code { display: block; padding: 8px 10px; }
.swagger-ui .opblock-summary-path a, .swagger-ui .opblock-tag a, html.dark-mode .swagger-ui .opblock-summary-path a, html.dark-mode .swagger-ui .opblock-tag a { color: inherit; }
/* The only server is the one that the page came from; the bar stays where there are keys to enter. */
.swagger-ui .scheme-container:not(:has(.auth-wrapper)) { display: none; }
.swagger-ui .topbar { background: #111827; padding: 6px 0; }
.swagger-ui .topbar .link { display: none; }
.swagger-ui .info { margin: 24px 0; }
.swagger-ui .info h2 { margin-top: 1.4em; }
@media (prefers-color-scheme: dark) { body { background: #111827; } }
html.dark-mode { color-scheme: dark; background: #111827; }
html.dark-mode body, html.dark-mode .swagger-ui, html.dark-mode .swagger-ui .topbar, html.dark-mode .swagger-ui .scheme-container { background: #111827; }
html.dark-mode .swagger-ui, html.dark-mode .swagger-ui .info p, html.dark-mode .swagger-ui .info li { color: #f3f4f6; }
html.dark-mode .swagger-ui table td, html.dark-mode .swagger-ui .header-col { color: #e5e7eb; }
html.dark-mode .swagger-ui a, html.dark-mode .swagger-ui .info a { color: #60a5fa; }
html.dark-mode .swagger-ui .markdown code, html.dark-mode .swagger-ui .renderedMarkdown code { background: #1f2937; color: #c084fc; }
html.dark-mode .swagger-ui .btn.execute { background: #2563eb; border-color: #2563eb; }
.swagger-ui :focus-visible { outline: 2px solid #93c5fd; outline-offset: 2px; }
`;
