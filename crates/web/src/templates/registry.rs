use super::{Frame, Page, RenderError, Templates};

type Render = Box<dyn Fn(&Templates, &Frame) -> Result<String, RenderError> + Send + Sync>;

/// One example of one page.
pub struct Sample {
    /// The page's template.
    pub template: &'static str,
    /// The sample's name.
    pub name: &'static str,
    /// Whether it is only ever a region of another page.
    pub is_fragment: bool,
    page: Render,
    fragment: Render,
}

impl Sample {
    /// The whole page.
    pub fn page(&self, templates: &Templates, frame: &Frame) -> Result<String, RenderError> {
        (self.page)(templates, frame)
    }

    /// Its fragment.
    pub fn fragment(&self, templates: &Templates, frame: &Frame) -> Result<String, RenderError> {
        (self.fragment)(templates, frame)
    }
}

/// Every page with its samples.
#[derive(Default)]
pub struct Registry {
    samples: Vec<Sample>,
}

impl Registry {
    /// Adds a page.
    pub fn add<P: Page + Clone + Send + Sync + 'static>(&mut self) {
        for (name, page) in P::samples() {
            let copy = page.clone();
            self.samples.push(Sample {
                template: P::TEMPLATE,
                name,
                is_fragment: P::IS_FRAGMENT,
                page: Box::new(move |templates, frame| templates.page(frame, &page)),
                fragment: Box::new(move |templates, frame| templates.fragment(frame, &copy)),
            });
        }
    }

    /// All samples of all pages.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }
}
