import type { Rules } from './direction-rule.data.js';

export const COMPOSITION_RULES: Rules<'composition'> = {
  rules: [
    {
      value: 'centered',
      wishes: `centered, centred, centered composition, centred composition, central composition, symmetrical,
        symmetric, symmetry, symmetrically, in the center/centre/middle of the frame/image/picture/photo, zentriert`,
      subjects: `portrait, headshot, passport photo, selfie, face, product, packshot, logo, icon, emblem, mandala,
        perfume, kaleidoscope, sticker, badge, wristwatch, smartwatch, luxury watch, lipstick, porträt, retrato,
        ritratto, 💍, 💄, ⌚, wes anderson`,
      hints: `bottle, temple, cathedral, statue, flower, rose, sunflower, crown, throne, altar, mask, planet,
        sphere, orb, eye, corridor, hallway, pyramid, clock, sneaker, jewel, diamond, ring, cake, cupcake, robot,
        king, queen, mushroom, owl, trophy, cup, headphone, 🌹, 🌻, 🪐, 👑, 👁️, burger, pizza, pattern, geometric,
        running shoe, smartphone`,
      because: 'A single subject stands strongest in the middle',
    },
    {
      value: 'dynamic',
      wishes:
        'dynamic, dynamic composition/angle/pose/shot/framing, diagonal … composition/line/framing, motion blur, action shot, freeze frame',
      subjects: `running, runner, sprint, sprinter, race, racing, chase, chasing, battle, fight, fighting,
        explosion, exploding, dancing, dancer, jump, jumping, leaping, surfing, surfer, skateboarding,
        skateboarder, galloping, parkour, boxing, boxer, football, soccer, basketball, tennis, ski, skiing, skier,
        snowboarding, snowboarder, skydiving, breakdance, motorcycle, motocross, stampede, tornado, breaching, 🏃,
        💃, 🏄, ⚽, 🏀, 🎿, 🏂, 💥`,
      hints: `storm, stormy, wave, flying, action, speed, fast, motion, sport, athlete, wind, windy, lightning,
        waterfall, splash, splashing, swirling, whirl, acrobat, chaos, chaotic, dragon, energetic, energy, concert,
        carnival, firework, warrior, superhero, abstract, riot, crashing, 🌊, ⚡, 🐉, 🎆, panic, rage, anger, player`,
      because: 'Diagonals carry the movement',
    },
    {
      value: 'minimal',
      wishes:
        'minimal, minimalist, minimalistic, minimalism, negative space, empty space, clean composition, minimalistisch, minimalista, minimaliste',
      subjects: `lonely, alone, solitary, lone, single, isolated, empty, emptiness, zen, silence, silent, solitude,
        white background, plain background, gray background, grey background, loneliness`,
      hints: `fog, foggy, mist, misty, desert, snow, snowy, calm, serene, simple, void, haiku, salt flat,
        stillness, tranquil, nothingness, pebble, bonsai, peace, sadness, grief, quiet, sad`,
      because: 'Empty space makes the little that is there count',
    },
    {
      value: 'rule-of-thirds',
      wishes:
        'rule of thirds, off center, off centre, asymmetrical, asymmetric, golden ratio, drittelregel, règle des tiers',
      subjects: 'landscape, seascape, cityscape, skyline, paysage, paisaje, landschaft',
      hints: `mountain, lake, beach, coast, sea, ocean, field, lighthouse, meadow, ship, boat, sailboat, house,
        cottage, cabin, barn, tree, hill, street, café, city, forest, river, sunset, sunrise, countryside, village,
        valley, harbour, harbor, bridge, castle, horizon, vineyard, horse, dog, cat, deer, market, kitchen, ⛰️, 🏔️,
        🌅, 🏖️, 🌲`,
      because: 'A place and what stands in it find their balance on the thirds',
    },
  ],
  fallbacks: [
    {
      value: 'rule-of-thirds',
      because: 'Nothing in the prompt speaks for an arrangement, so the subject goes on a third, the default',
    },
    {
      value: 'centered',
      because: 'The prompt rules out the rule of thirds, the default, and names no other: the middle is the plainest',
    },
  ],
};
