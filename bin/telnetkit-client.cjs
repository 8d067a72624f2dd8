#!/usr/bin/env node
// Starts telnetkit-client, which stands beside this in dist/. That is an ECMAScript module: required, its files are loaded in one go,
// where import() would take turns of the event loop between them. From Node 22 on what V8 compiled is kept for the next start, in the user's own cache,
// since what lies in a folder for temporary files, as Node has it by itself, may be somebody else's code.

'use strict'

const { enableCompileCache } = require('node:module')
const { isAbsolute, join } = require('node:path')

const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env
const caches = [XDG_CACHE_HOME, LOCALAPPDATA, HOME && join(HOME, '.cache')]
const cache = caches.find((folder) => folder && isAbsolute(folder))
if (cache) enableCompileCache?.(join(cache, 'telnetkit'))

if (process.features.require_module) require('./telnetkit-client.js')
else import('./telnetkit-client.js')
