/** web on Node: the door, the paths and what answers them. */
export { type AccountPagesOptions, accountPages } from './account-pages.node.ts'
export { Certificate, type CertificateFiles } from './certificate.node.ts'
export { type ContentFiles, contentFiles } from './content-files.node.ts'
export { WebDoor, type WebDoorOptions } from './door.node.ts'
export * from './index.ts'
export { pages, type Web } from './routes.node.ts'
export { TokenDesk, type TokenOptions } from './token-desk.node.ts'
