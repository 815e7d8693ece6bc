rootProject.name = "latchkey-client"
