use axum::http::Method;
use axum::http::header::AUTHORIZATION;

use domain::{Principal, Tenant};

use super::*;
use crate::identity::Grant;
use crate::key::IssuerKey;

/// One closed route and the open rest.
const TEMPLATE: &str = "
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: { Auth: { DefaultAuthorizer: Token, Authorizers: { Token: {} } } }
  Echo:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: echo } }
    Properties:
      Events:
        Route: { Type: HttpApi, Properties: { Method: GET, Path: '/echo/{id}' } }
        Same: { Type: HttpApi, Properties: { Method: POST, Path: '/echo/same' } }
  Rest:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: rest } }
    Properties:
      Events:
        Route: { Type: HttpApi, Properties: { Method: ANY, Path: $default, Auth: { Authorizer: NONE } } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{ TagFilters: [{ Key: state, Value: pending }], ExpirationInDays: 1 }]
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Statement: [{ Effect: Deny, Condition: { NumericGreaterThan: { s3:signatureAge: '1000' } } }]";

/// Tells what reached it.
fn function(name: &'static str) -> (&'static str, Router) {
    let echo = async |request: Request| {
        let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get().cloned()
        else {
            panic!("no context");
        };
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        json!({
            "route": context.route_key,
            "claims": context.authorizer.and_then(|authorizer| authorizer.jwt).map(|jwt| jwt.claims),
            "method": context.http.method.as_str(),
            "path": context.http.path,
            "x-twice": header("x-twice"),
        })
        .to_string()
    };
    (name, Router::new().fallback(echo))
}

fn serve(functions: Vec<(&'static str, Router)>) -> Result<(Router, Arc<Issuer>)> {
    let issuer = Arc::new(Issuer::new(
        "http://127.0.0.1:9000",
        IssuerKey::generate()?,
    )?);
    let services = functions.into_iter().collect();
    let router = gateway(&Template::parse(TEMPLATE)?, services, &issuer)?;
    Ok((router, issuer))
}

async fn ask(
    router: &Router,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (StatusCode, Value) {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), LARGEST_BODY).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn a_function_gets_what_api_gateway_would_give_it() {
    let (router, issuer) = serve(vec![function("echo"), function("rest")]).unwrap();
    let claims = json!({
        "iss": issuer.url(), "aud": "ventanilla", "exp": 4_000_000_000_u32, "sub": "ana",
        "roles": ["agent", "admin"], "verified": true, "none": null,
    });
    let bearer = format!("Bearer {}", issuer.sign(&claims).unwrap());
    let headers = [
        (AUTHORIZATION.as_str(), bearer.as_str()),
        ("x-twice", "a"),
        ("x-twice", "b"),
    ];
    let (status, echo) = ask(&router, Method::GET, "/echo/a%2Fb?x=1", &headers).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        echo,
        json!({
            "route": "GET /echo/{id}",
            "method": "GET",
            "path": "/echo/a%2Fb",
            "x-twice": "a,b",
            "claims": {
                "iss": issuer.url(), "aud": "ventanilla", "exp": "4000000000", "sub": "ana",
                "roles": "[agent admin]", "verified": "true",
            },
        })
    );
}

#[tokio::test]
async fn a_closed_route_asks_for_a_token_and_an_open_one_does_not_look_at_it() {
    let (router, _) = serve(vec![function("echo"), function("rest")]).unwrap();
    for headers in [&[][..], &[(AUTHORIZATION.as_str(), "Bearer x")]] {
        let (status, problem) = ask(&router, Method::GET, "/echo/1", headers).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNAUTHORIZED, &json!("UNAUTHORIZED"))
        );
        let (status, echo) = ask(&router, Method::GET, "/elsewhere", headers).await;
        assert_eq!((status, &echo["claims"]), (StatusCode::OK, &Value::Null));
    }
}

#[tokio::test]
async fn whatever_no_route_takes_goes_to_the_default_route() {
    let (router, _) = serve(vec![function("echo"), function("rest")]).unwrap();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/echo/1/"),
        (Method::GET, "/echo/"),
        (Method::POST, "/echo/1"),
        (Method::OPTIONS, "/echo/1"),
    ] {
        let (status, echo) = ask(&router, method, path, &[]).await;
        assert_eq!(
            (status, &echo["route"]),
            (StatusCode::OK, &json!("$default")),
            "{path}"
        );
    }
    // Its body is dropped on the way, but it did not ask for a token.
    assert_eq!(
        ask(&router, Method::HEAD, "/echo/1", &[]).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn method_and_path_are_looked_for_together() {
    let (router, issuer) = serve(vec![function("echo"), function("rest")]).unwrap();
    let grant = Grant {
        tenant: Tenant::parse("acme").unwrap(),
        sub: Principal::parse("ana").unwrap(),
        roles: vec!["agent".into()],
        expires_in: 60,
    };
    let bearer = format!("Bearer {}", issuer.mint(&grant).unwrap());
    let route = async |method, path| {
        let (_, body) = ask(&router, method, path, &[("authorization", &bearer)]).await;
        body["route"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(route(Method::POST, "/echo/same").await, "POST /echo/same");
    // As on AWS: that another route takes the path for `POST` does not matter to a `GET`.
    assert_eq!(route(Method::GET, "/echo/same").await, "GET /echo/{id}");
    assert_eq!(route(Method::POST, "/echo/1").await, "$default");
    assert_eq!(route(Method::DELETE, "/echo/same").await, "$default");
}

#[tokio::test]
async fn template_and_code_name_the_same_functions() {
    let why = |functions| serve(functions).expect_err("a gateway").to_string();
    assert_eq!(why(vec![function("rest")]), "the code has no function echo");
    let three = vec![function("echo"), function("other"), function("rest")];
    assert_eq!(why(three), "the template has no function other");
}

#[tokio::test]
async fn a_function_that_panics_is_a_500_and_nothing_else_suffers() {
    let broken = Router::new().fallback(async || -> &'static str { panic!("on purpose") });
    let functions = vec![("echo", Router::new()), ("rest", broken)];
    let (router, _) = serve(functions).unwrap();
    let (status, body) = ask(&router, Method::GET, "/", &[]).await;
    assert_eq!(
        (status, body),
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            json!({ "message": "Internal Server Error" })
        )
    );
}
