"""An ordinary MLflow script: nothing in it knows Laurel."""

import sys

import mlflow
from sklearn.datasets import load_wine
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

alpha, l1_ratio = (float(text) for text in sys.argv[1:3])
rows, target = load_wine(return_X_y=True)
train_rows, test_rows, train_target, test_target = train_test_split(rows, target, random_state=7)

with mlflow.start_run():
    model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, random_state=7).fit(train_rows, train_target)
    mlflow.log_param("rows", len(train_rows))
    mlflow.log_metric("mae", mean_absolute_error(test_target, model.predict(test_rows)))
    mlflow.log_text("\n".join(f"{weight:.6f}" for weight in model.coef_), "weights.txt")
    print(f"alpha {alpha}: {len(train_rows)} rows learned")
