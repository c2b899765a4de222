import { describe } from 'node:test'
import { districtRules } from '../district-rules.suite.ts'
import { createMemoryDistricts } from './memory-districts.ts'

describe('districts in memory', () => districtRules(async () => createMemoryDistricts()))
