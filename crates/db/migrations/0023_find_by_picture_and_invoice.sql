-- A picture that was just taken in is looked for among those of all products, and what an invoice was credited among the lines of all
-- documents: both are found without going through the rest.

CREATE INDEX product_images_image ON product_images (image_id);
CREATE INDEX documents_invoice ON documents (invoice_id) WHERE invoice_id IS NOT NULL;
