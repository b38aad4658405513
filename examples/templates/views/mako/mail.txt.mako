Dear ${name},

your ${tea} is on its way.
