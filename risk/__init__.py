"""How grave it is: risk tools as data, assessments beside a person's own grade, rules of areas."""
