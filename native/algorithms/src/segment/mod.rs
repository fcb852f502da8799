//! TiM segment: maps of classes or values by a fine-tuned model, or of land cover by a pre-trained one.

mod describe;
mod fine_tuned;
mod layers;
mod outputs;
mod polygons;
mod pretrained;

pub(crate) use describe::describe;

use crate::Error;
use crate::generate::{SEED, TOP_K, TOP_P};
use crate::host::Context;
use crate::models::{self, AnyPack, MODEL};
use crate::result::Outcome;
use crate::values::Values;
use describe::{OF_DRAWING, TIM_SAMPLING, TIM_TEMPERATURE};
use model::sampling::Sampling;

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    match models::open_any(values.text(MODEL).unwrap_or_default())? {
        AnyPack::FineTuned(pack) => fine_tuned::run(&pack, values, context),
        AnyPack::Pretrained(pack) => pretrained::run(&pack, values, context),
    }
}

/// How tokens are drawn.
fn sampling(values: &Values) -> Result<Sampling, Error> {
    let [temperature, top_p] = [TIM_TEMPERATURE, TOP_P].map(|name| values.number(name));
    if values.text(TIM_SAMPLING) == Some("sample") {
        Ok(Sampling::new(temperature, values.integer(TOP_K) as usize, top_p)?)
    } else {
        Ok(Sampling::new(0.0, 0, 0.0)?)
    }
}

/// The parameters that decide about drawn tokens, as facts for whoever finds the result later.
fn facts_of_sampling(values: &Values) -> Vec<(&'static str, String)> {
    let mut facts = vec![(TIM_SAMPLING, values.text(TIM_SAMPLING).unwrap_or_default().to_owned())];
    if values.text(TIM_SAMPLING) == Some("sample") {
        facts.push((SEED, values.integer(SEED).to_string()));
        for name in OF_DRAWING {
            let number = values.number_if_any(name).map(|number| number.to_string());
            facts
                .extend(number.or_else(|| Some(values.integer_if_any(name)?.to_string())).map(|v| (name, v)));
        }
    }
    facts
}
