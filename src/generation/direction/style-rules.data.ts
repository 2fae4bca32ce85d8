import type { Rules } from './direction-rule.data.js';

export const STYLE_RULES: Rules<'style'> = {
  rules: [
    {
      value: 'photorealistic',
      wishes: `photorealistic, photorealism, photo realistic, hyperrealistic, hyper realistic,
        realistic photo/photograph/photography/image/style, raw photo, lifelike, true to life, fotorealistisch,
        photoréaliste, fotorrealista`,
      subjects:
        'wildlife, documentary, candid, snapshot, dslr, nature photography, street photography, reportage, selfie',
      hints: `photo, photograph, realistic, macro, landscape, forest, mountain, lake, dog, cat, bird, flower,
        garden, beach, meadow, horse, nature, natural light, sharp focus, foto`,
      because: 'A plain photograph does the subject justice',
    },
    {
      value: 'cinematic',
      wishes: `cinematic, cinematic shot/still/scene/look/style, film still, movie still, movie scene, film scene,
        movie poster, like a film/movie, anamorphic, blockbuster, filmisch, cinématographique, cinematográfico`,
      subjects: `film noir, sci fi, science fiction, cyberpunk, fantasy, dystopian, dystopia, post apocalyptic,
        apocalypse, apocalyptic, spaceship, dragon, samurai, thriller, horror, blade runner, battle, wizard, witch,
        knight, viking, gladiator, steampunk, zombie, alien, epic, superhero, vampire, detective, spy, heist,
        wasteland, 🎬, 🐉, 🛸, 👽, 🧙, 🧛, 🧟, western movie, western film, wild west, cowboy, wes anderson`,
      hints: `dramatic, noir, storm, stormy, night, midnight, neon, futuristic, rain, rainy, sunset, sunrise,
        moody, castle, astronaut, mysterious, mist, misty, fog, foggy, explosion, haunted, robot, tokyo, alley,
        lightning, ruin, moonlight, moonlit, desert, volcano, pirate, king, queen, warrior, lonely, 🌃, 🌌, ⛈️, 🏰, 🤖,
        🚀, chase, chaos, panic, fear, rage, airship`,
      because: 'The scene could stand in a film',
    },
    {
      value: 'commercial',
      wishes: `commercial, commercial photo/photograph/photography/style, advertisement, advertising, advert,
        ad campaign, product shot/photo/photograph/photography, packshot, billboard, promotional, stock photo,
        stock photography, werbefoto, publicité`,
      subjects: `product, perfume, sneaker, running shoe, burger, hamburger, cosmetic, skincare, smartphone,
        headphone, wristwatch, smartwatch, luxury watch, beer, soda, lipstick, sports car, logo, brand, packaging,
        e commerce, handbag, jewel, jewelry, jewellery, mockup, 🍔, 👟, 👠, 💄, 💍, ⌚`,
      hints: `bottle, food, pizza, cake, car, coffee, drink, cocktail, ice cream, chocolate, shoe, gadget,
        white background, hotel, real estate, dish, breakfast, salad, sushi, dessert, laptop, sunglasses, 🍕, 🍣, 🍰,
        ☕, 🍦, 🚗`,
      because: 'The subject wants to be desired',
    },
    {
      value: 'editorial',
      wishes:
        'editorial, editorial photo/photograph/photography/style/shoot/illustration, magazine, magazine cover/style/spread, vogue, national geographic',
      subjects: `fashion, runway, catwalk, haute couture, couture, interview, designer, architecture, interior,
        interior design, fashion model, fashion designer, living room, headshot`,
      hints: `portrait, elegant, minimalist, model, lifestyle, dress, chef, artist, musician, brutalist, travel,
        ballerina, writer, scientist, farmer, fisherman, monk, craftsman, wedding, bride, kitchen, porträt, retrato`,
      because: 'The subject belongs on the page of a magazine',
    },
    {
      value: 'editorial',
      subjects: `oil painting, watercolor, watercolour, illustration, drawing, sketch, anime, manga, cartoon,
        pixel art, comic, linocut, woodcut, engraving, etching, impressionist, impressionism, cubist, cubism,
        collage, origami, storybook, children book, pop art, poster, vector art, line art, crayon, gouache, mural,
        stained glass, ukiyo e, abstract, painting, low poly, claymation, charcoal, 🎨, pattern, geometric`,
      because: 'Drawn and painted work is no photograph, and editorial is the one style that does not claim to be one',
    },
  ],
  fallbacks: [
    { value: 'photorealistic', because: 'The prompt names no style, so a plain photograph is the default' },
    {
      value: 'editorial',
      because:
        'The prompt rules out a plain photograph, the default, and names no other style: editorial is the freest',
    },
  ],
};
