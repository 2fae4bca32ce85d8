/** Darkroom's colours over Swagger UI's own dark mode, which follows the system and can be switched on the page. */
export const docsCss = `
.swagger-ui .topbar { background: #111827; padding: 6px 0; }
.swagger-ui .topbar .link { display: none; }
.swagger-ui .info { margin: 24px 0; }
.swagger-ui .info h2 { margin-top: 1.4em; }
@media (prefers-color-scheme: dark) { body { background: #111827; } }
html.dark-mode { color-scheme: dark; }
html.dark-mode body, html.dark-mode .swagger-ui .scheme-container { background: #111827; }
html.dark-mode .swagger-ui, html.dark-mode .swagger-ui .info p, html.dark-mode .swagger-ui .info li { color: #f3f4f6; }
html.dark-mode .swagger-ui a, html.dark-mode .swagger-ui .info a { color: #60a5fa; }
html.dark-mode .swagger-ui .markdown code, html.dark-mode .swagger-ui .renderedMarkdown code { background: #1f2937; color: #c084fc; }
html.dark-mode .swagger-ui .btn.execute { background: #2563eb; border-color: #2563eb; }
.swagger-ui :focus-visible { outline: 2px solid #93c5fd; outline-offset: 2px; }
`;
