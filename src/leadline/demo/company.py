"""Maison Oriane, the shop that the demonstration is about: what it sells, where it advertises, whom it writes
to.

A tea house in Lyon with a web shop and a boutique; it also supplies hotels and offices, which ask for an
offer first. Every name, address and domain is invented (`.example` is reserved for that).
"""

from __future__ import annotations

from dataclasses import dataclass

HOST = "www.maison-oriane.example"
SITE = f"https://{HOST}"
DOMAIN = "maison-oriane.example"


@dataclass(frozen=True)
class Product:
    """Prices and costs in cents; the price includes tax, whose rate is in tenths of a per cent."""

    number: int
    slug: str
    title: str
    kind: str
    price: int
    cost: int
    tax: int
    weight: int

    @property
    def id(self) -> str:
        return str(8_100_000_000 + self.number)

    @property
    def variant_id(self) -> str:
        return str(8_200_000_000 + self.number)

    @property
    def item_id(self) -> str:
        return str(8_300_000_000 + self.number)

    @property
    def sku(self) -> str:
        return f"MO-{self.number:03d}"

    @property
    def path(self) -> str:
        return f"/products/{self.slug}"


PRODUCTS = (
    Product(1, "sencha-du-matin", "Sencha du matin", "Thé vert", 1250, 430, 55, 14),
    Product(2, "jasmin-imperial", "Jasmin impérial", "Thé vert", 1590, 560, 55, 11),
    Product(3, "genmaicha-grille", "Genmaicha grillé", "Thé vert", 1120, 360, 55, 8),
    Product(4, "earl-grey-des-quais", "Earl Grey des quais", "Thé noir", 1190, 390, 55, 15),
    Product(5, "darjeeling-de-printemps", "Darjeeling de printemps", "Thé noir", 1850, 720, 55, 9),
    Product(6, "the-de-noel", "Thé de Noël", "Thé noir", 1390, 440, 55, 12),
    Product(7, "rooibos-vanille", "Rooibos vanille", "Infusion", 1050, 310, 55, 10),
    Product(8, "verveine-du-velay", "Verveine du Velay", "Infusion", 990, 280, 55, 9),
    Product(9, "theiere-en-fonte", "Théière en fonte", "Accessoire", 5900, 2650, 200, 5),
    Product(10, "gaiwan-en-porcelaine", "Gaiwan en porcelaine", "Accessoire", 2900, 1180, 200, 4),
    Product(11, "filtre-permanent", "Filtre permanent", "Accessoire", 890, 250, 200, 8),
    Product(12, "coffret-decouverte", "Coffret découverte", "Coffret", 3490, 1390, 55, 11),
    Product(13, "coffret-de-fetes", "Coffret de fêtes", "Coffret", 4990, 2050, 55, 7),
    Product(14, "bouilloire-a-temperature", "Bouilloire à température", "Accessoire", 7900, 4100, 200, 3),
)
CHRISTMAS = (6, 13)  # hardly sold outside November and December

# The pages, by number: what a visit walks through. The products' pages follow the others.
PATHS = (
    "/",
    "/collections/thes-verts",
    "/collections/thes-noirs",
    "/collections/coffrets",
    "/cart",
    "/checkout",
    "/pages/professionnels",
    "/lp/the-au-bureau",
    "/lp/coffrets-entreprise",
    "/pages/contact",
    "/blogs/journal/temperature-de-l-eau",
    "/blogs/journal/the-vert-ou-the-noir",
    "/blogs/journal/guide-des-infusions",
    "/pages/guide-du-the",
    *(p.path for p in PRODUCTS),
)
HOME, CART, CHECKOUT, FIRMS, CONTACT, GUIDE = 0, 4, 5, 6, 9, 13
COLLECTIONS, LANDINGS, ARTICLES = (1, 2, 3), (7, 8), (10, 11, 12)
FIRST_PRODUCT = 14
GUIDE_FILE = "guide-du-the.pdf"

FORMS = (("devis_entreprise", "form-101"), ("contact_pro", "form-102"), ("demande_echantillons", "form-103"))
NEWSLETTER_FORM = ("newsletter_pied_de_page", "form-201")


FIRST_NAMES = (
    "Camille",
    "Léa",
    "Manon",
    "Inès",
    "Chloé",
    "Jeanne",
    "Zoé",
    "Margaux",
    "Nadia",
    "Sophie",
    "Hélène",
    "Aurélie",
    "Lucas",
    "Hugo",
    "Louis",
    "Gabriel",
    "Adam",
    "Jules",
    "Karim",
    "Théo",
    "Nicolas",
    "Vincent",
    "Olivier",
    "Rémi",
)
LAST_NAMES = (
    "Martin",
    "Bernard",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Lefèvre",
    "Garcia",
    "Roux",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Faure",
    "Rousseau",
    "Blanc",
    "Guérin",
    "Müller",
    "Henry",
    "Perrin",
    "Morin",
    "Mathieu",
    "Gautier",
    "Chevalier",
    "Robin",
    "Masson",
    "Benali",
)
MAIL_HOSTS = ("courriel.example", "poste.example", "mail.example", "boite.example")
FIRM_KINDS = ("Hôtel", "Auberge", "Cabinet", "Agence", "Atelier", "Clinique", "Studio", "Résidence")
FIRM_NAMES = (
    "des Tilleuls",
    "du Parc",
    "Bellecour",
    "Saint-Jean",
    "du Vieux Port",
    "Montaigne",
    "des Arts",
    "Mercier",
)

LIST_ID, LIST_NAME = "a1f0c27d9e", "La lettre de Maison Oriane"
BREVO_FIRMS, BREVO_CUSTOMERS = "12", "15"
